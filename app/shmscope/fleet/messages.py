"""What agents and the hub say to each other, as CBOR; docs/fleet.md has every message.

What comes in was written by another host and may be anything: it is plain data, no deeper and no
larger than what an agent of ours would say, or it is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import cbor2

from shmscope.errors import MessageError
from shmscope.fleet.cbor_items import MOST_DEPTH, check_items

MOST_ITEMS: Final = 1 << 16  # of a message, which become 5 MB at most
MOST_TICK_BYTES: Final = 60_000  # one message of the carrier's, with room for its own words
MOST_QUESTION_BYTES: Final = 1 << 16
PIECE_BYTES: Final = 1 << 18  # of what is too large for one answer
MOST_WHOLE_BYTES: Final = 1 << 18
MOST_LIST_BYTES: Final = 1 << 20  # a part of a list
MOST_COPY_BYTES: Final = 128 << 20  # an answer: a frame, or one of the REST API

Plain: TypeAlias = "dict[str, Any]"


def encode(message: Mapping[str, Any]) -> bytes:
    """Return a message as bytes."""
    return cbor2.dumps(message)


def decode(body: bytes, most_items: int = MOST_ITEMS) -> Plain:
    """Return the message that bytes hold.

    Args:
        body: CBOR.
        most_items: Items of lists and maps, all together. What has no more bytes has no more items.

    Raises:
        MessageError: they hold none, or more items.
    """
    if len(body) > most_items:
        check_items(body, most_items)
    try:
        found = cbor2.loads(
            body,
            tag_hook=_refuse_tag,
            semantic_decoders=_NO_TAGS,
            max_depth=MOST_DEPTH,
            allow_indefinite=False,
            strict_hashable_types=True,
        )
    except (cbor2.CBORDecodeError, ValueError, TypeError, RecursionError) as error:
        raise MessageError(f"a message is no CBOR of plain data: {error}"[:200]) from None
    if not isinstance(found, dict):
        raise MessageError(f"a message must be a map, not {type(found).__name__}")
    return found


def _refuse_tag(*_: object) -> Any:
    raise ValueError("it has a tag")


_NO_TAGS: Final = dict.fromkeys(
    (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 43000, 100, 256, 258, 260, 261, 1004, 55799),
    _refuse_tag,
)


def number(message: Mapping[str, Any], name: str, default: float = 0.0) -> float:
    """Return a number of a message; `default` where there is none that can be told."""
    value = message.get(name)
    fits = isinstance(value, int | float) and abs(value) < 1 << 63 and math.isfinite(value)
    return float(value) if fits and value is not None else default


def count(message: Mapping[str, Any], name: str, default: int = 0) -> int:
    """Return a whole number from 0 on of a message; `default` where there is none.

    A browser cannot reckon with one of 2^53 or more.
    """
    value = message.get(name)
    return value if type(value) is int and 0 <= value < 1 << 53 else default


def text(message: Mapping[str, Any], name: str, most: int = 1000) -> str:
    """Return a text of a message, cut to so many characters; empty where there is none."""
    value = message.get(name)
    return value[:most] if isinstance(value, str) else ""


def data(message: Mapping[str, Any], name: str) -> bytes:
    """Return bytes of a message; none where there are none."""
    value = message.get(name)
    return value if isinstance(value, bytes) else b""


def items(message: Mapping[str, Any], name: str) -> list[Any]:
    """Return a list of a message; empty where there is none."""
    value = message.get(name)
    return value if isinstance(value, list) else []
