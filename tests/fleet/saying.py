"""What agents say, put together by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from shmscope.fleet import messages
from shmscope.fleet.keys import NO_SITE, Place
from shmscope.fleet.passing import pack


def place(host: str = "robot", agent: str = "a1", site: str = NO_SITE) -> Place:
    return Place(site, host, agent)


def row(name: str = "heat", host: str = "robot", **other: Any) -> dict[str, Any]:
    """Return a row as an agent's server makes it."""
    return {
        "id": f"{host}/1b-2e4f/{name}",
        "host": host,
        "segment": "1b-2e4f",
        "name": name,
        "mechanism": "shared_memory",
        "provenance": "published",
        "format": "",
        "why": "its program says so",
        "segment_name": f"psm_{name}",
        "unit": None,
        "labels": None,
        "about": None,
        "dtype": "float32",
        "dtype_spec": "<f4",
        "shape": [4, 6],
        "strides": [24, 4],
        "offset": 0,
        "size_bytes": 96,
        "segment_bytes": 96,
        "paths": [],
        "companions": [],
        "users": None,
        "writers": [],
        "writes": 7,
        "writes_per_s": 2.5,
        "changes": None,
        "last_write_age_s": 0.25,
        "sparkline": np.ones(60, np.float32),
        "torn": {"copies": 1, "of": 9},
        "read_cost": None,
        "health": {"level": "ok", "verdicts": []},
        "age_s": None,
        "gone_s": None,
        "system": False,
    } | other


def statistics(tick: int = 1, clock_s: float = 0.0, **other: Any) -> bytes:
    """Return a message of a tick."""
    said = {
        "tick": tick,
        "clock_s": clock_s,
        "revision": 1,
        "parts": 1,
        "arrays": 1,
        "writes_per_s": 2.5,
        "level": "ok",
        "levels": {"ok": 1, "warning": 0, "critical": 0},
        "room": {"size_bytes": 100, "used_bytes": 10},
        "version": "0.1.0",
        "passing": pack([(0, row())]),
    }
    return messages.encode(said | other)
