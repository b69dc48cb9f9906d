"""Segments to look at: of bytes in memory, and those that real libraries made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from shmscope.layout.formats.look import Look
from shmscope.layout.formats.recognition import Recognition
from shmscope.layout.formats.signs import Signs

SHM = Path("/dev/shm")


def look_at(segments: Mapping[str, bytes], name: str) -> Look:
    """Return a look at one of `segments`, which lie in one folder."""
    data = segments[name]
    return Look(
        name,
        len(data),
        lambda offset, count: data[offset : offset + count],
        lambda other: look_at(segments, other) if other in segments else None,
    )


def look_alone(data: bytes, name: str = "psm_1a2b3c4d") -> Look:
    return look_at({name: data}, name)


class Folder(Mapping[str, bytes]):
    """What lies in /dev/shm now."""

    def __getitem__(self, name: str) -> bytes:
        try:
            return (SHM / name).read_bytes()
        except OSError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in SHM.iterdir())

    def __len__(self) -> int:
        return sum(1 for _ in self)


def look_in_shm(name: str) -> Look:
    return look_at(Folder(), name)


def values(found: Recognition | None, data: bytes) -> np.ndarray[Any, Any]:
    """Return what the only array of a recognition shows of `data`."""
    assert found is not None
    (array,) = found.arrays
    assert not array.segment
    return array.layout.view(data)


def reading(signs: Signs | None, segments: Mapping[str, bytes], name: str) -> list[bytes]:
    assert signs is not None
    return [
        segments[field.segment or name][field.offset : field.offset + field.size_bytes]
        for field in signs.fields
    ]


@contextmanager
def removed(*names: str) -> Iterator[None]:
    """Remove segments of a library in the end; what their names begin is removed too."""
    try:
        yield
    finally:
        for path in SHM.iterdir():
            if path.name.startswith(names):
                path.unlink(missing_ok=True)
