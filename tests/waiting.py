"""Waiting for what other processes do: the one place where tests poll."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from shmscope.publishing.process import parse_stat

T = TypeVar("T")

PATIENCE_S = 45.0  # a machine that others use too is slow at times: that is no failure


def until(condition: Callable[[], T | None], timeout_s: float = PATIENCE_S) -> T:
    """Look again and again until `condition` returns something true, and return that."""
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"still {found!r} after {timeout_s} s"
        select.select([], [], [], 0.02)
    return found


def living_session(leader: int) -> list[int]:
    """Return the pids of all living processes in the session that process `leader` leads."""
    pids = (int(name) for name in os.listdir("/proc") if name.isdecimal())
    return [pid for pid in pids if _lives_in(pid, leader)]


def _lives_in(pid: int, leader: int) -> bool:
    with suppress(OSError):
        state, _ = parse_stat(Path(f"/proc/{pid}/stat").read_bytes())
        return state not in "ZXx" and os.getsid(pid) == leader
    return False
