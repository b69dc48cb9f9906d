"""The rows of a host as its agent listed them: seldom sent, checked, and kept packed.

Fifty thousand rows take 225 MB as Python's objects, packed 48; who looks unpacks some of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from shmscope.errors import ArrayNameError, MessageError
from shmscope.fleet import messages
from shmscope.fleet.keys import Place
from shmscope.layout.names import ArrayId
from shmscope.sampling.health.verdicts import LEVELS
from shmscope.sampling.rates import SPARKLINE_SAMPLES

MOST_ROWS: Final = 100_000
_Check = Callable[[Any], bool]


def _is(*kinds: type) -> _Check:
    return lambda value: type(value) in kinds


def _words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _lengths(value: Any) -> bool:
    return isinstance(value, list) and all(type(length) is int for length in value)


def _maps(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _health(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("level") in LEVELS
        and _maps(value.get("verdicts"))
        and all(_verdict(one) for one in value["verdicts"])
    )


def _verdict(one: Mapping[str, Any]) -> bool:
    texts = all(isinstance(one.get(name), str) for name in ("rule", "sentence", "sure"))
    return texts and one.get("level") in LEVELS and _plain_number(one.get("since_s"))


def _plain_number(value: Any) -> bool:
    return type(value) in (int, float)


def _torn(value: Any) -> bool:
    return isinstance(value, dict) and all(
        type(value.get(name)) is int for name in ("copies", "of")
    )


# What the page, the API and a search rely on; the rest is shown as it came.
_CHECKS: Final[Mapping[str, _Check]] = {
    "id": _is(str),
    "host": _is(str),
    "segment": _is(str),
    "name": _is(str),
    "mechanism": _is(str),
    "provenance": _is(str),
    "segment_name": _is(str, type(None)),
    "unit": _is(str, type(None)),
    "dtype": _is(str),
    "shape": _lengths,
    "strides": _lengths,
    "offset": _is(int),
    "size_bytes": _is(int),
    "segment_bytes": _is(int, type(None)),
    "paths": _words,
    "users": _is(dict, type(None)),
    "writers": _maps,
    "changes": _is(dict, type(None)),
    "torn": _torn,
    "health": _health,
}


class Entry(NamedTuple):
    """An array as it was listed.

    Attributes:
        number: What its agent calls it.
        packed: Its row.
        words: Name, segment's name and host, to search in.
        level: Its level then.
    """

    number: int
    packed: bytes
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
    """

    def __init__(
        self, agent: str, revision: int, made_s: float, entries: Iterable[Entry] = ()
    ) -> None:
        self.agent, self.revision, self.made_s = agent, revision, made_s
        self.entries = tuple(entries)


def encode_listing(revision: int, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> bytes:
    """Return an agent's list.

    Args:
        revision: Of the list.
        rows: Each with its number.
    """
    listed = [[number, {**row, "sparkline": _samples(row)}] for number, row in rows]
    return messages.encode({"revision": revision, "rows": listed})


def _samples(row: Mapping[str, Any]) -> bytes:
    return np.asarray(row["sparkline"], "<f4").tobytes()


def decode_listing(body: bytes, place: Place, now_s: float) -> Listing:
    """Return the list of a host; what is said of other hosts is passed over.

    Raises:
        MessageError: it is none.
    """
    message = messages.decode(body)
    found = messages.items(message, "rows")
    if len(found) > MOST_ROWS:
        raise MessageError(
            f"a list has {len(found):,} arrays; {MOST_ROWS:,} are allowed", value=len(found)
        )
    entries = (entry for one in found if (entry := _entry(one, place.host)) is not None)
    return Listing(place.agent, messages.count(message, "revision"), now_s, entries)


def _entry(one: Any, host: str) -> Entry | None:
    match one:
        case [int() as number, dict() as row] if _is_sound(row, host):
            words = f"{row['name']}\n{row['segment_name'] or ''}\n{host}".casefold()
            return Entry(number, messages.encode(row), words, row["health"]["level"])
    return None


def _is_sound(row: dict[str, Any], host: str) -> bool:
    """Whether a row can be shown, and is of the host whose agent says it."""
    if not all(name in row and check(row[name]) for name, check in _CHECKS.items()):
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
