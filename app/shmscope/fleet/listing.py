"""The rows of a host as its agent listed them: seldom sent, checked, and kept packed.

Fifty thousand rows take 225 MB as Python's objects, packed 48; who looks unpacks some of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

import numpy as np

from shmscope.errors import ArrayNameError, MessageError
from shmscope.fleet import messages, soundness
from shmscope.fleet.keys import Place
from shmscope.layout.names import ArrayId
from shmscope.sampling.rates import SPARKLINE_SAMPLES

MOST_ROW_BYTES: Final = 1 << 16
MOST_ROW_ITEMS: Final = 1 << 12  # which become 300 kB at most, whenever somebody looks at the row
_HEAD_BYTES: Final = 16  # of a row in a list, at most
_LIST_BYTES: Final = 64  # of a list beside its rows, at most


class Entry(NamedTuple):
    """An array as it was listed.

    Attributes:
        number: What its agent calls it.
        packed: Its row.
        name: The array's.
        words: Name, segment's name and host, to search in.
        level: Its level then.
    """

    number: int
    packed: bytes
    name: str
    words: str
    level: str

    @property
    def row(self) -> dict[str, Any]:
        """Its row."""
        found = messages.decode(self.packed)
        samples = messages.data(found, "sparkline")
        values = np.frombuffer(samples, "<f4", len(samples) // 4)
        return found | {"sparkline": values[-SPARKLINE_SAMPLES:]}


class Listing:
    """The arrays of a host.

    Attributes:
        agent: Whose list it is, and counts its arrays.
        revision: Of the agent's list.
        made_s: When it came, on the hub's clock.
        entries: Of the arrays.
        following: Number of the array with which the part after this one begins, if there is one.
        limit_bytes: What a list may take, where it has more arrays than are taken of it; else None.
    """

    def __init__(
        self,
        agent: str,
        revision: int,
        made_s: float,
        entries: Iterable[Entry] = (),
        following: int | None = None,
        limit_bytes: int | None = None,
    ) -> None:
        self.agent, self.revision, self.made_s = agent, revision, made_s
        self.entries, self.following = tuple(entries), following
        self.limit_bytes = limit_bytes


def joined(parts: Sequence[Listing], limit_bytes: int | None = None) -> Listing:
    """Return the list of which these are the parts: as old as the first of them.

    Args:
        parts: In order.
        limit_bytes: See `Listing`.
    """
    first, entries = parts[0], (entry for part in parts for entry in part.entries)
    end = parts[-1].following
    return Listing(first.agent, first.revision, first.made_s, entries, end, limit_bytes)


def encode_listing(
    revision: int, rows: Iterable[tuple[int, Mapping[str, Any]]], first: int = 0
) -> bytes:
    """Return a part of an agent's list, by number; a row that no hub would take is left out.

    Args:
        revision: Of the list.
        rows: All of them, each with its number.
        first: The least number of the part.
    """
    said: dict[str, Any] = {"revision": revision, "rows": []}
    left = messages.MOST_LIST_BYTES - _LIST_BYTES
    for number, row in sorted((one for one in rows if one[0] >= first), key=itemgetter(0)):
        packed = messages.encode({**row, "sparkline": _samples(row)})
        if len(packed) > MOST_ROW_BYTES:
            continue
        left -= len(packed) + _HEAD_BYTES
        if left < 0:
            said["next"] = number
            break
        said["rows"].append([number, packed])
    return messages.encode(said)


def _samples(row: Mapping[str, Any]) -> bytes:
    return np.asarray(row["sparkline"], "<f4").tobytes()


def decode_listing(body: bytes, place: Place, now_s: float) -> Listing:
    """Return a part of the list of a host; what is said of other hosts is passed over.

    Raises:
        MessageError: it is none.
    """
    message = messages.decode(body)
    found = messages.items(message, "rows")
    entries = (entry for one in found if (entry := _entry(one, place.host)) is not None)
    following = messages.count(message, "next") if "next" in message else None
    revision = messages.count(message, "revision")
    return Listing(place.agent, revision, now_s, entries, following)


def _entry(one: Any, host: str) -> Entry | None:
    match one:
        case [int() as number, bytes() as packed] if len(packed) <= MOST_ROW_BYTES:
            row = _row_of(packed)
            if row is not None and _is_sound(row, host):
                words = f"{row['name']}\n{row['segment_name'] or ''}\n{host}".casefold()
                return Entry(number, packed, row["name"], words, row["health"]["level"])
    return None


def _row_of(packed: bytes) -> dict[str, Any] | None:
    try:
        return messages.decode(packed, MOST_ROW_ITEMS)
    except MessageError:
        return None


def _is_sound(row: dict[str, Any], host: str) -> bool:
    """Whether a row can be shown, and is of the host whose agent says it."""
    if not soundness.has(row, soundness.ROW):
        return False
    if not all(name == "sparkline" or _is_plain(value) for name, value in row.items()):
        return False
    try:
        ident = ArrayId.parse(row["id"])
    except ArrayNameError:
        return False
    return ident.host == host and (row["host"], row["segment"]) == (host, ident.segment)


def _is_plain(value: Any) -> bool:
    """Whether a value can stand in JSON, all the way down."""
    if isinstance(value, dict):
        return all(isinstance(name, str) and _is_plain(one) for name, one in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int | float)
