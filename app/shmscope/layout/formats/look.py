"""What a recogniser may look at: a segment's name, size and bytes, and its neighbours by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Reader: TypeAlias = "Callable[[int, int], bytes]"
Siblings: TypeAlias = "Callable[[str], Look | None]"

MAX_READ_BYTES = 1 << 25


def _alone(name: str) -> Look | None:  # noqa: ARG001 # a segment without neighbours has none of any name
    return None


@dataclass(frozen=True, slots=True)
class Look:
    """One segment, as a recogniser sees it.

    Attributes:
        name: File name within its folder; of an unlinked segment the name that it had.
        size_bytes: Its size.
        reader: Called with an offset and a count: returns that many bytes, fewer at the end or
            where they cannot be read; it raises nothing.
        siblings: Called with a file name: returns that segment of the same folder, or None.
    """

    name: str
    size_bytes: int
    reader: Reader
    siblings: Siblings = _alone

    def read(self, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset` on, or none where they are not all there.

        A recogniser has no use for half a header. It may ask for 32 MiB at most, so that a segment
        that lies about itself costs no more than that.
        """
        if offset < 0 or not 0 < count <= MAX_READ_BYTES or offset + count > self.size_bytes:
            return b""
        data = self.reader(offset, count)
        return data if len(data) == count else b""

    def sibling(self, name: str) -> Look | None:
        """Return the segment called `name` in the same folder."""
        return self.siblings(name)

    def present(self, *names: str) -> tuple[str, ...]:
        """Return those of `names` that stand in the same folder."""
        return tuple(name for name in names if self.sibling(name) is not None)


def printable(raw: bytes) -> str:
    """Return a text padded with zeros, or an empty one where it is no text that can be shown."""
    text = raw.partition(b"\0")[0].decode("utf-8", "replace")
    return text if text.isprintable() and "\ufffd" not in text else ""
