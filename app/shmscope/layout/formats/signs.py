"""How a format tells of its writes: counters, flags and stamps, described as data.

A recogniser says where these lie; whoever reads a segment reads them, without knowing the format:

    before = [read(field) for field in signs.fields]
    copy the array
    after = [read(field) for field in signs.fields]
    verdict(signs, before, after)

Each field is read by itself and in this order: the flag before the count. A writer that raises its
flag, writes, counts and lowers its flag can then not slip through: a flag that is down after the
copy says that what was written is counted already. One read of all fields at once gives no order.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["clean", "torn", "unverified"]
Reading: TypeAlias = "Sequence[bytes]"

MAX_EXACT_COUNT = 1 << 53  # where a float64 begins to skip integers


@dataclass(frozen=True, slots=True)
class Field:
    """One number in a segment.

    Attributes:
        offset: Byte at which it begins.
        format: How `struct` writes it, with its byte order: ``<Q``.
        segment: Name of the segment that it lies in; empty for the array's own.
    """

    offset: int
    format: str
    segment: str = ""

    @property
    def size_bytes(self) -> int:
        """Bytes that it takes."""
        return struct.calcsize(self.format)

    def decode(self, raw: bytes) -> float:
        """Return the number that `raw`, of `size_bytes` bytes, stands for; an int stays one."""
        number: float = struct.unpack(self.format, raw)[0]
        return number


@dataclass(frozen=True, slots=True)
class Signs:
    """Where a format tells of its writes; what it does not have is None.

    Attributes:
        count: Writes that are finished.
        sequence: Odd while a write is under way, negative after one that was given up.
        flag: Not zero while a write is under way.
        stamps: Two numbers around the data, which differ while a write is under way.
    """

    count: Field | None = None
    sequence: Field | None = None
    flag: Field | None = None
    stamps: tuple[Field, Field] | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in the order in which they are to be read."""
        stamps = self.stamps or (None, None)
        fields = (self.flag, self.sequence, *stamps, self.count)
        return tuple(field for field in fields if field is not None)

    @property
    def proves_clean(self) -> bool:
        """Whether equal readings prove a copy whole.

        A count says only when a write ended. Stamps prove nothing either: writers copy them in one
        piece with the data, and memcpy may store the ends of a piece last. Of copies with equal
        stamps one in 24 was mixed, when a real ndsharray of 8 MB was written without a pause.
        """
        return self.sequence is not None or self.flag is not None


def verdict(signs: Signs, before: Reading, after: Reading) -> Verdict:
    """Return what the fields, read before and after a copy, say about the copy.

    ``clean`` rests on the format's own protocol, and on its writers keeping to it. As long as none
    has ever counted a write, the copy is ``unverified``.
    """
    if not signs.fields or not (_is_whole(signs, before) and _is_whole(signs, after)):
        return "unverified"
    if list(before) != list(after) or _is_writing(signs, after):
        return "torn"
    return "clean" if signs.proves_clean and writes(signs, after) != 0 else "unverified"


def writes(signs: Signs, reading: Reading) -> int | None:
    """Return how many writes were finished, or None where the format does not tell."""
    if not _is_whole(signs, reading):
        return None
    counted = _number(signs, reading, signs.count)
    if counted is not None:
        return _as_count(counted)
    sequence = _number(signs, reading, signs.sequence)
    return None if sequence is None or sequence < 0 else int(sequence) // 2


def _is_whole(signs: Signs, reading: Reading) -> bool:
    """Whether every field was read: a segment may have shrunk or gone meanwhile."""
    return [len(raw) for raw in reading] == [field.size_bytes for field in signs.fields]


def _is_writing(signs: Signs, reading: Reading) -> bool:
    if _number(signs, reading, signs.flag):
        return True
    sequence = _number(signs, reading, signs.sequence)
    if sequence is not None and (sequence < 0 or sequence % 2):
        return True
    begin, end = signs.stamps or (None, None)
    return _number(signs, reading, begin) != _number(signs, reading, end)


def _number(signs: Signs, reading: Reading, field: Field | None) -> float | None:
    return None if field is None else field.decode(reading[signs.fields.index(field)])


def _as_count(number: float) -> int | None:
    if isinstance(number, int):
        return number if number >= 0 else None
    exact = 0 <= number < MAX_EXACT_COUNT and number.is_integer()
    return int(number) if exact else None
