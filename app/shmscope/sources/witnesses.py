"""What formats of other programs tell of their writes, read from their segments."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext

from shmscope.errors import SourceError
from shmscope.layout.formats import signs as telling
from shmscope.layout.formats.signs import Field, Signs
from shmscope.sources.segments import Segment
from shmscope.sources.snapshots import Verdict


class SignWitness:
    """Counters, flags and stamps of a format; see `layout.formats.signs`.

    Args:
        signs: Where they lie.
        segments: The segments that they lie in, by name; the array's own has an empty one.
    """

    is_quick = False  # a segment whose name is gone is looked for at its users

    def __init__(self, signs: Signs, segments: Mapping[str, Segment]) -> None:
        self._signs = signs
        self._segments = segments

    def read(self) -> list[bytes]:
        """Return the bytes of every field, read one after the other; none that cannot be read."""
        return [self._read(field) for field in self._signs.fields]

    def watching(self) -> AbstractContextManager[Callable[[], list[bytes]]]:
        """Open nothing beforehand: the fields may lie in many segments."""
        return nullcontext(self.read)

    def judge(self, before: list[bytes], after: list[bytes]) -> Verdict:
        """Say what the format's own protocol says of a copy."""
        return telling.verdict(self._signs, before, after)

    def state(self, reading: list[bytes]) -> bytes | None:
        """Return the fields where they would prove a copy whole, and count."""
        if telling.writes(self._signs, reading) is None:
            return None
        is_clean = telling.verdict(self._signs, reading, reading) == "clean"
        return b"".join(reading) if is_clean else None

    def writes(self) -> int | None:
        """Return how many writes were finished, None where the format does not tell now."""
        return telling.writes(self._signs, self.read())

    def _read(self, field: Field) -> bytes:
        try:
            with self._segments[field.segment].opened() as opened:
                return os.pread(opened.fd, field.size_bytes, field.offset)
        except (SourceError, OSError):
            return b""
