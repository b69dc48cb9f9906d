"""Control blocks: any file in /dev/shm whose name begins with ``shmscope-``.

The first byte says what the rest is: a description, a whole block, or a size of the segment that a
block is about and then the block.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.sentences import check_error

from shmscope.errors import ArrayNameError, ControlBlockError, LayoutError
from shmscope.layout.control import (
    MAX_DESCRIPTION_BYTES,
    SLOT_BYTES,
    Description,
    Header,
    decode_label,
    is_clean,
    parse_plain_slots,
    parse_slots,
    total_writes,
)
from shmscope.layout.dtypes import MAX_ITEM_BYTES

VECTOR = Path(__file__).parents[1] / "vectors" / "control-block.bin"
MOST_BLOCK_BYTES = 2 * MAX_DESCRIPTION_BYTES + 65535 * SLOT_BYTES


def check(data: bytes) -> None:
    """Check what holds for any bytes: they are refused with a sentence, or describe what can be."""
    kind, rest = data[:1], data[1:]
    try:
        if kind == b"d":
            check_description(rest, 1 << 20)
        else:
            size_bytes = struct.unpack("<Q", rest[:8].ljust(8, b"\0"))[0] if kind == b"s" else 4096
            check_block(rest[8:] if kind == b"s" else rest, size_bytes)
    except (ControlBlockError, ArrayNameError) as error:
        check_error(error)


def check_block(data: bytes, segment_bytes: int) -> None:
    """Check a whole block that is about a segment of so many bytes."""
    header = Header.unpack(data)
    assert header.slots_used <= header.slot_count
    assert header.total_bytes <= MOST_BLOCK_BYTES
    assert Header.unpack(header.pack()) == header
    start = header.description_offset
    check_slots(data[header.slots_offset : header.slot_offset(header.slots_used)])
    check_description(data[start : start + header.description_bytes], segment_bytes)


def check_slots(data: bytes) -> None:
    """Check that both ways of reading slots agree, and that every label can be shown."""
    slots = parse_slots(data)
    assert parse_plain_slots(data) == slots.tolist()
    assert len(slots) == len(data) // SLOT_BYTES
    assert 0 <= total_writes(slots) < 1 << 64
    assert is_clean(slots, slots) == (slots["begin"].tolist() == slots["end"].tolist())
    assert all(decode_label(label).isprintable() for label in slots["label"].tolist())


def check_description(encoded: bytes, segment_bytes: int) -> None:
    """Check a description: what it says can be shown, and its array lies where it says."""
    found = Description.decode(encoded)
    texts = [found.name, found.segment, found.unit, found.about, *(found.labels or ())]
    assert all(text is None or text.isprintable() for text in texts)
    assert found.segment is None or ("/" not in found.segment and found.segment.strip("."))
    layout = found.layout
    assert not layout.dtype.hasobject
    assert 0 < layout.dtype.itemsize <= MAX_ITEM_BYTES
    assert layout.extent[0] >= 0
    try:
        layout.check_fits(segment_bytes)
        assert layout.extent[1] <= segment_bytes
    except LayoutError as error:
        check_error(error)
    if len(encoded) < MAX_DESCRIPTION_BYTES // 6:  # written again, it may be longer
        assert Description.decode(found.encode()) == found


def seeds() -> Iterator[bytes]:
    """Yield inputs to begin with."""
    block = VECTOR.read_bytes()
    yield b"b" + block
    yield b"s" + struct.pack("<Q", 112) + block
    layout = {"dtype": [["a", "<f8"], ["b", "S3", [2]]], "shape": [4, 3], "strides": [60, -20]}
    said = {"mechanism": "Array", "name": "é", "layout": {**layout, "offset": 99}}
    yield b"d" + json.dumps({**said, "segment": "psm_1", "labels": ["x"], "about": "y"}).encode()
    managers = {"mechanism": "Manager", "address": "@a", "authkey": "00", "token": "7f"}
    yield b"d" + json.dumps({**said, **managers, "unit": "°C"}).encode()


WORDS = (
    "SHMSCOPE", '"mechanism":', '"shared_memory"', '"Array"', '"Manager"', '"layout":', '"dtype":',
    '"shape":', '"strides":', '"offset":', '"name":', '"segment":', '"labels":', '"unit":', '"<f4"',
    '"V8"', '"M8[ns]"', "[1,2]", "-1", "4611686018427387904", '"\\\\ud800"', '"\\\\u001b"',
)  # fmt: skip
