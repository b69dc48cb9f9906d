"""What is read of a segment to guess at it: at most 4 MiB, wherever it is large.

The naive way reads the first megabyte, which in a large array that is filled from elsewhere holds
zeros, and in a file-like segment a header. So a segment of up to 4 MiB is read whole, and of a
larger one two runs of 1 MiB and windows of 64 KiB between. What is all zero tells nothing and is
left out of the body, from which dtypes are judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

Reader: TypeAlias = "Callable[[int, int], bytes]"
Bytes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
Blocks: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"

MAX_READ_BYTES = 4 << 20
RUN_BYTES = 1 << 20
WINDOW_BYTES = 64 << 10
WINDOWS = 31
# A multiple of every element's size; the body has as many blocks as make up 16 KiB.
BLOCK_BYTES = 1 << 10
BLOCKS = 16
PAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Window:
    """Bytes of a segment without a gap.

    Attributes:
        offset: Where they begin; a multiple of a block's size.
        data: The bytes.
    """

    offset: int
    data: Bytes

    @property
    def end(self) -> int:
        """The byte of the segment after the last one."""
        return self.offset + len(self.data)


@dataclass(frozen=True, slots=True)
class Sample:
    """What was read of a segment.

    Attributes:
        size_bytes: Size of the segment.
        head: Its first bytes, 8 KiB at most.
        tail: Its last bytes, 4 KiB at most; none where they could not be read.
        body: Blocks that are not all zero, side by side; every block begins at a multiple of 1 KiB.
        run: The longest piece without a gap, less the zero blocks at its ends.
        zero_part: What part of the blocks is all zero.
        filled_bytes: Where the last block that is not all zero ends.
    """

    size_bytes: int
    head: Bytes
    tail: Bytes
    body: Bytes
    run: Window
    zero_part: float
    filled_bytes: int


def take_sample(read: Reader, size_bytes: int) -> Sample:
    """Read at most 4 MiB of a segment of `size_bytes`.

    Args:
        read: Called with an offset and a count; may return fewer bytes.
        size_bytes: Size of the segment.
    """
    windows = [_window(read, start, count) for start, count in _plan(size_bytes)]
    filled = [_filled(window.data) for window in windows]
    pieces = [_trimmed(*pair) for pair in zip(windows, filled, strict=True)]
    blocks = np.concatenate(filled)
    last = windows[-1]
    return Sample(
        size_bytes,
        windows[0].data[: 2 * PAGE_BYTES],
        last.data[-PAGE_BYTES:] if last.end == size_bytes else last.data[:0],
        _body(windows, filled),
        max(pieces, key=lambda piece: len(piece.data)),
        1 - float(blocks.mean()) if blocks.size else 1.0,
        max(piece.end for piece in pieces),
    )


def _plan(size_bytes: int) -> Iterator[tuple[int, int]]:
    """Yield offset and count of what is to be read, in ascending order."""
    if size_bytes <= MAX_READ_BYTES:
        yield 0, size_bytes
        return
    middle = size_bytes // 2 // PAGE_BYTES * PAGE_BYTES
    starts = np.linspace(RUN_BYTES, size_bytes - WINDOW_BYTES, WINDOWS).astype(np.int64)
    yield 0, RUN_BYTES
    yield middle, RUN_BYTES
    for start in (starts // PAGE_BYTES * PAGE_BYTES).tolist():
        yield start, min(WINDOW_BYTES, size_bytes - start)


def _window(read: Reader, offset: int, count: int) -> Window:
    return Window(offset, np.frombuffer(read(offset, count)[:count], np.uint8))


def _filled(data: Bytes) -> Blocks:
    """Return of every block, a short last one included, whether it is not all zero."""
    whole = len(data) // BLOCK_BYTES * BLOCK_BYTES
    words = data[:whole].view(np.uint64).reshape(-1, BLOCK_BYTES // 8)
    found: Blocks = np.logical_or.reduce(words, axis=1)
    rest = np.array([data[whole:].any()] if len(data) > whole else [], np.bool_)
    return np.concatenate([found, rest])


def _body(windows: list[Window], filled: list[Blocks]) -> Bytes:
    """Return blocks that are not all zero, from all over the segment."""
    places = [(at, start) for at, found in enumerate(filled) for start in np.flatnonzero(found)]
    if len(places) > BLOCKS:
        # What stands first is often a header, and what stands last a short block.
        picked = np.linspace(1, len(places) - 2, BLOCKS).round().astype(int)
        places = [places[at] for at in picked.tolist()]
    starts = [(windows[at].data, start * BLOCK_BYTES) for at, start in places]
    blocks = [data[start : start + BLOCK_BYTES] for data, start in starts]
    return np.concatenate([*blocks, np.zeros(0, np.uint8)])


def _trimmed(window: Window, filled: Blocks) -> Window:
    """Leave out the zero blocks at both ends of a window."""
    there = np.flatnonzero(filled)
    if not there.size:
        return Window(0, window.data[:0])
    start, end = int(there[0]) * BLOCK_BYTES, int(there[-1] + 1) * BLOCK_BYTES
    return Window(window.offset + start, window.data[start:end])
