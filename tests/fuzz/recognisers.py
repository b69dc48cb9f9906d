"""Recognisers: bytes of a segment of any name and size, beside another one.

The first four bytes are the number of the name, what the size claims, and where the bytes of the
segment end and those of its neighbours begin.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

from tests.layout.formats.samples import SAMPLES

from shmscope.layout.array import ArrayLayout
from shmscope.layout.formats import RECOGNISERS, Look, Recognition, recognise
from shmscope.layout.formats.opaque import companions, explain

NAMES = (
    *(sample.name for sample in SAMPLES.values()),
    "psm_1a2b3c4d",
    "pym-4294967295-x",
    "sem.loky-1-" + "-_" * 100,
    "sgl_shm_" + "_1" * 120,
    "joblib_memmapping_folder_" * 9,
    "memfd:\x1b[2J\n\udcff",
)
NEIGHBOURS = ("_meta", "_memory", "_full", "_gpu", "_gpu_handle")
CLAIMS = (0, 1, 4096, 1 << 34, 1 << 62)
MOST_READ_BYTES = 1 << 27
_HEAD = struct.Struct("<BBH")


class Counting:
    """Reads bytes, and counts how many were asked for."""

    def __init__(self) -> None:
        self.asked_bytes = 0

    def of(self, data: bytes) -> Callable[[int, int], bytes]:
        """Return what reads `data`."""

        def read(offset: int, count: int) -> bytes:
            self.asked_bytes += count
            return data[offset : offset + count]

        return read


def look_at(name: str, segments: Mapping[str, tuple[bytes, int]], counting: Counting) -> Look:
    """Return a look at one of some segments, each given by its bytes and its size."""
    data, size_bytes = segments[name]

    def siblings(other: str) -> Look | None:
        return look_at(other, segments, counting) if other in segments else None

    return Look(name, size_bytes, counting.of(data), siblings)


def check(data: bytes) -> None:
    """Check that no bytes raise anything, and that what is recognised lies in its segment."""
    if len(data) < _HEAD.size:
        return
    number, claim, split = _HEAD.unpack_from(data)
    name, body = NAMES[number % len(NAMES)], data[_HEAD.size :]
    own, beside = body[:split], body[split:]
    own_bytes = len(own) + CLAIMS[claim % len(CLAIMS)]
    others = {name + end: (beside, len(beside)) for end in NEIGHBOURS}
    sample = next((one for one in SAMPLES.values() if one.name == name), None)
    for known in list(sample.segments)[1:] if sample is not None else []:
        others[known] = (beside, len(beside))
    counting = Counting()
    look = look_at(name, {**others, name: (own, own_bytes)}, counting)
    for recogniser in RECOGNISERS:
        found = recogniser(look)
        if found is not None:
            check_fits(found, look)
    assert counting.asked_bytes <= MOST_READ_BYTES
    opaque = explain(look)
    assert opaque is None or opaque.sentence.isprintable()
    assert look.present(*companions(look)) == companions(look)
    recognise(look)


def check_fits(found: Recognition, look: Look) -> None:
    """Check that arrays and counters lie within their segments, and that texts can be shown."""
    assert found.format.isprintable()
    assert found.why.isprintable()
    assert look.present(*found.companions) == found.companions
    for array in found.arrays:
        segment = look.sibling(array.segment) if array.segment else look
        assert segment is not None
        array.layout.check_fits(segment.size_bytes)
        assert not array.layout.dtype.hasobject
        assert array.name.isprintable()
        assert ArrayLayout.parse(array.layout.format()) == array.layout
    for field in found.signs.fields if found.signs is not None else ():
        segment = look.sibling(field.segment) if field.segment else look
        assert segment is not None
        assert field.offset + field.size_bytes <= segment.size_bytes


def seeds() -> Iterator[bytes]:
    """Yield a small stream of each format."""
    for number, sample in enumerate(SAMPLES.values()):
        own, *beside = sample.segments.values()
        yield _HEAD.pack(number, 0, len(own)) + own + b"".join(beside[:1])


WORDS = (
    "[SharedArray]", "NUMPY", "PYSHMEM", "2.00", "1.05", "{'descr': '<f4', ", "'fortran_order': ",
    "'shape': (2, 3), }", "xxxxxxx?", "xxxxxx?x", "8s", "16s",
)  # fmt: skip
