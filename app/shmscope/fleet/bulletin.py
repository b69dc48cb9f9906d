"""What an agent says of its arrays: each tick what passes, and a list when what lasts changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import shmscope
from shmscope.fleet import messages
from shmscope.fleet.listing import encode_listing
from shmscope.fleet.passing import PASSING, pack
from shmscope.sampling.health.verdicts import LEVELS

_REST_BYTES: Final = 500  # of a message, beside what passes
_MOST_PACKED: Final = (messages.MOST_TICK_BYTES - _REST_BYTES) // PASSING.itemsize


class Bulletin:
    """Puts together what an agent says. Used by one thread."""

    def __init__(self) -> None:
        self._tick, self._revision = 0, 0
        self._numbers: dict[str, int] = {}
        self._count = 0
        self._lasting: dict[str, tuple[object, ...]] = {}
        self._rows: list[dict[str, Any]] = []

    def update(self, overview: Mapping[str, Any], now_s: float) -> bytes:
        """Return the message of a tick, at most `messages.MOST_TICK_BYTES`.

        Where more arrays are than it has room for, each message tells of some of them in turn.

        Args:
            overview: A frame of the topic of that name.
            now_s: The agent's clock.
        """
        rows = overview["arrays"]
        self._tick += 1
        self._rows = rows
        self._note(rows)
        parts = max(1, -(-len(rows) // _MOST_PACKED))
        some = [row for place, row in enumerate(rows) if place % parts == self._tick % parts]
        said = _summary(overview["host"], rows) | {
            "tick": self._tick,
            "clock_s": now_s,
            "revision": self._revision,
            "parts": parts,
            "passing": pack((self._numbers[row["id"]], row) for row in some),
        }
        return messages.encode(said)

    def listing(self, first: int = 0) -> bytes:
        """Return a part of the list, as of the last tick.

        Args:
            first: The least number of its arrays.
        """
        numbered = ((self._numbers[row["id"]], row) for row in self._rows)
        return encode_listing(self._revision, numbered, first)

    def ending(self, now_s: float) -> bytes:
        """Return the last message."""
        return messages.encode({"tick": self._tick, "clock_s": now_s, "ended": True})

    def _note(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Give new arrays their numbers, and count up the revision where what lasts has changed."""
        lasting = {row["id"]: _lasting(row) for row in rows}
        if lasting == self._lasting and self._revision:
            return
        self._lasting = lasting
        self._revision += 1
        for ident in lasting.keys() - self._numbers.keys():
            self._numbers[ident] = self._count
            self._count += 1
        for ident in self._numbers.keys() - lasting.keys():
            del self._numbers[ident]


def _lasting(row: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what of a row lasts, as far as a change of it is worth a list."""
    verdicts = row["health"]["verdicts"]
    return (
        row["dtype"],
        tuple(row["shape"]),
        row["unit"],
        row["segment_bytes"],
        tuple(row["paths"]),
        None if row["users"] is None else tuple(row["users"].values()),
        tuple((one["slot"], one["pid"], one["label"], one["state"]) for one in row["writers"]),
        tuple((one["rule"], one["level"]) for one in verdicts if one["level"] != LEVELS[0]),
        row["changes"] is None,
    )


def _summary(host: Mapping[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    shown = [row for row in rows if not row["system"] and row["gone_s"] is None]
    levels = Counter(row["health"]["level"] for row in shown)
    found = [*levels, host["health"]["level"]]
    return {
        "version": shmscope.__version__,
        "arrays": len(shown),
        "writes_per_s": float(sum(row["writes_per_s"] or 0.0 for row in shown)),
        "level": max(found, key=LEVELS.index),
        "levels": {level: levels[level] for level in LEVELS},
        "room": {name: host["shm"][name] for name in ("size_bytes", "used_bytes")},
    }
