"""One small stream of each format, packed from the documented layouts without the code under test.

The same bytes stand in tests/vectors/formats; `python -m tests.layout.formats.samples` writes them.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

VECTORS = Path(__file__).parents[2] / "vectors" / "formats"
VALUES = np.arange(6, dtype="<f4").reshape(2, 3) / 4


@dataclass(frozen=True)
class Sample:
    """A recognised stream.

    Attributes:
        segments: Bytes by name; the first is the one that is recognised.
        format: What it is called.
        companions: The other segments of the same entry.
        writes: What its signs count, None where they do not.
    """

    segments: dict[str, bytes]
    format: str
    companions: tuple[str, ...] = ()
    writes: int | None = None
    shown: list[object] = field(default_factory=VALUES.tolist)

    @property
    def name(self) -> str:
        return next(iter(self.segments))


def shareable_list(*packed: tuple[str, bytes, int]) -> bytes:
    """Pack items of (format, bytes, code)."""
    begins = np.cumsum([0, *[len(raw) for _, raw, _ in packed]]).tolist()
    data = b"".join(raw for _, raw, _ in packed)
    formats = b"".join(struct.pack("8s", written.encode()) for written, _, _ in packed)
    codes = bytes(code for _, _, code in packed)
    return struct.pack(f"<q{len(begins)}q", len(packed), *begins) + data + formats + codes


def shared_array(most_axes: int = 64) -> bytes:
    head = struct.pack("<16sQiii", b"[SharedArray]", 24, 11, 4, 2)
    return VALUES.tobytes() + head + struct.pack(f"<{most_axes}q", 2, 3, *[0] * (most_axes - 2))


def image_stream_io(
    version: bytes = b"2.00",
    *,
    header: int = 384,
    stored: int | None = 312,
    history: int = 0,
    location: int = -1,
) -> bytes:
    raw = bytearray(header)
    struct.pack_into("<32s80sB3x3IQB", raw, 0, version, b"camera", 2, 3, 2, 0, 6, 9)
    struct.pack_into("<QQ", raw, 144, 2, 1_700_000_000)
    struct.pack_into("<iiB", raw, 216, 4321, 0, 1)
    struct.pack_into("<bBQ", raw, 240, location, 0, 0)
    struct.pack_into("<BBHH", raw, 256, 0, 0, 10, 10)
    struct.pack_into("<QQQBBHI", raw, 264, 7, 0, 0, 0, 0, 3, 2)
    if stored is not None:
        struct.pack_into("<Q", raw, stored, 24)
    data = VALUES.tobytes() if location < 0 else b""
    tables = 3 * 128 + 10 * 32 + 32 + 4 * 40 + 10 * 64 + 2 * 48 + 2 * 24
    return bytes(raw) + data + bytes(tables + history)


def pyshmem(stream: str = "camera", flags: int = 14, gpu: int = -1) -> dict[str, bytes]:
    name = "ps_" + hashlib.sha1(stream.encode(), usedforsecurity=False).hexdigest()[:14]
    head = struct.pack("<8sHHIHHiqQ", b"PYSHMEM", 3, 256, flags, 9, 2, gpu, 4321, 24)
    tail = bytes(range(16)) + bytes(4)
    shape = struct.pack("<Q19Q", 0, 2, 3, *[0] * 17)
    text = stream.encode().ljust(256, b"\0")
    crc = zlib.crc32(head + bytes(36) + tail + shape + text)
    changing = struct.pack("<QqdqI", 7, 14, 1.7e9, 0, 0)
    meta = head + changing + tail[:16] + struct.pack("<I", crc) + shape + text
    return {name: VALUES.tobytes(), f"{name}_meta": meta}


def pyrtc(*numbers: float) -> bytes:
    return struct.pack("<10d", *numbers, *[0.0] * (10 - len(numbers)))


def ndsharray(*, begin_s: float = 12.5, end_s: float = 12.5) -> bytes:
    head = struct.pack("<d", begin_s) + struct.pack(">4Q", 9, 2, 2, 3)
    return head + VALUES.tobytes() + struct.pack("<d", end_s)


def npy(array: np.ndarray[tuple[int, ...], np.dtype[np.generic]] = VALUES) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def documented_npy() -> bytes:
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".ljust(117) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header + VALUES.tobytes()


DIGITS = "0123456789abcdef" * 2
_STREAM = pyshmem()
SAMPLES = {
    "shareable_list": Sample(
        {
            "psm_1a2b3c4d": shareable_list(
                ("d", struct.pack("<d", 0.5), 0), ("d", struct.pack("<d", -2), 0)
            )
        },
        "ShareableList",
        shown=[0.5, -2.0],
    ),
    "shared_array": Sample({"camera": shared_array()}, "SharedArray 3"),
    "image_stream_io": Sample({"camera.im.shm": image_stream_io()}, "ImageStreamIO 2.00", writes=7),
    "pyshmem": Sample(_STREAM, "pyshmem 3", (list(_STREAM)[1],), writes=7),
    "pyrtc": Sample(
        {"camera": VALUES.tobytes(), "camera_meta": pyrtc(7, 1.7e9, 24, 9, 2, 3)},
        "pyRTC 1",
        ("camera_meta",),
        writes=7,
    ),
    "npy": Sample({"camera.npy": documented_npy()}, ".npy 1.0"),
    "ndsharray": Sample(
        {f"camera_{DIGITS}": ndsharray(), "camera": f"camera_{DIGITS}".encode()},
        "ndsharray 1",
        ("camera",),
    ),
}


def vector(kind: str, index: int) -> Path:
    return VECTORS / f"{kind}-{index}.bin"


def main() -> None:
    """Write the vectors."""
    for kind, sample in SAMPLES.items():
        for index, data in enumerate(sample.segments.values()):
            vector(kind, index).write_bytes(data)


if __name__ == "__main__":
    main()
