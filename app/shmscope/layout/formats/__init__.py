"""Recognisers of self-describing formats that other programs put into shared memory.

Each format is one module with `recognise(look)`, which answers None to bytes that are not its own,
and raises nothing. A new format is a new module and a line in the table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from shmscope.layout.formats import (
    image_stream_io,
    ndsharray,
    npy,
    pyrtc,
    pyshmem,
    shareable_list,
    shared_array,
)
from shmscope.layout.formats.look import Look
from shmscope.layout.formats.recognition import Recognition

__all__ = ["RECOGNISERS", "Look", "Recognition", "recognise"]

Recogniser: TypeAlias = Callable[[Look], Recognition | None]

# What is surest comes first: magics with checksums and exact sizes, magics, exact structure.
RECOGNISERS: Final[tuple[Recogniser, ...]] = (
    pyshmem.recognise,
    shared_array.recognise,
    image_stream_io.recognise,
    npy.recognise,
    shareable_list.recognise,
    ndsharray.recognise,
    pyrtc.recognise,
)


def recognise(look: Look) -> Recognition | None:
    """Return what the first recogniser that knows this segment says of it, or None."""
    found = (recogniser(look) for recogniser in RECOGNISERS)
    return next((recognition for recognition in found if recognition is not None), None)
