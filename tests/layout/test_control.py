from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.strategies import JSON, lying_arrays

from shmscope.errors import ArrayNameError, ControlBlockError, LayoutError
from shmscope.layout import control
from shmscope.layout.array import ArrayLayout
from shmscope.layout.control import (
    CLAIMED,
    FREE,
    HEADER_BYTES,
    LEFT,
    MAX_DESCRIPTION_BYTES,
    SLOT,
    SLOT_BYTES,
    Description,
    Header,
    Process,
    Slots,
    decode_label,
    encode_label,
    is_clean,
    parse_slots,
    plan_header,
    total_writes,
)

TESTS = Path(__file__).parents[1]
VECTOR = TESTS / "vectors" / "control-block.bin"
DOCUMENT = TESTS.parent / "docs" / "control-block.md"
PUBLISHER = Process(4321, 987654, 4026531836)
LAYOUT = ArrayLayout.contiguous(np.dtype("<f4"), (512, 512))
TEXT = st.text().filter(str.isprintable)
WORDS = st.integers(0, (1 << 64) - 1)


def documented_block() -> bytes:
    """Write a block from docs/control-block.md, without the code under test."""
    layout = {"dtype": "<f4", "shape": [4, 3], "strides": [12, 4], "offset": 64}
    texts = {"name": "temps", "segment": "psm_1a2b3c4d", "unit": "°C", "labels": ["x", "y", "z"]}
    description = json.dumps(
        {"mechanism": "shared_memory", "layout": layout, **texts}, ensure_ascii=False
    ).encode()
    slots_offset = 512
    assert 256 + len(description) <= slots_offset
    header = b"SHMSCOPE" + struct.pack("<HHHH", 2, 256, 128, 4)
    header += struct.pack("<IIII", 256, len(description), slots_offset, 3)
    header += struct.pack("<QQII", 27, 1234, 4321, 0)
    header += struct.pack("<QQQ", 987654, 4026531836, 55_000_000_000)
    block = header.ljust(256, b"\0") + description
    block = block.ljust(slots_offset, b"\0")
    block += documented_slot(1, 4321, 0, 7, 7, 55.1, "MainProcess")
    block += documented_slot(2, 4400, 0, 12, 12, 55.2, "left é")
    block += documented_slot(1, 4401, 5, 9, 8, 55.3, "died in a write")
    return block + bytes(128)


def documented_slot(*values: Any) -> bytes:
    state, pid, base, begin, end, wrote_s, label = values
    slot = struct.pack("<IIQQ", state, pid, 987654, 4026531836)
    slot += struct.pack("<QQQdII", base, begin, end, wrote_s, pid, 0)
    return slot + str(label).encode().ljust(64, b"\0")


def read_block(data: bytes) -> tuple[Header, Description, Slots]:
    """Read a whole block as a reader of the file does."""
    header = Header.unpack(data)
    start = header.description_offset
    description = Description.decode(data[start : start + header.description_bytes])
    slots = parse_slots(data[header.slots_offset : header.total_bytes])
    return header, description, slots


def slots_of(*counts: tuple[int, int]) -> Slots:
    """Return slots with these (begin, end)."""
    slots = np.zeros(len(counts), SLOT)
    for slot, (begin, end) in zip(slots, counts, strict=True):
        slot["begin"], slot["end"] = begin, end
    return slots


@st.composite
def headers(draw: st.DrawFn) -> Header:
    publisher = Process(draw(st.integers(0, (1 << 32) - 1)), draw(WORDS), draw(WORDS))
    description = bytes(draw(st.integers(0, MAX_DESCRIPTION_BYTES)))
    slots = draw(st.integers(0, 65535))
    header = plan_header(description, draw(WORDS), draw(WORDS), publisher, draw(WORDS), slots)
    return replace(header, slots_used=draw(st.integers(0, slots)))


@st.composite
def descriptions(draw: st.DrawFn) -> Description:
    texts = {field: draw(st.none() | TEXT) for field in ("unit", "about", "address", "token")}
    return Description(
        draw(st.sampled_from(["temps", "é b", "a" * 200])),
        draw(st.sampled_from(["shared_memory", "Array", "Manager"])),
        draw(lying_arrays()).layout,
        segment=draw(st.sampled_from([None, "psm_1", "ö ö"])),
        labels=draw(st.none() | st.lists(TEXT, max_size=3).map(tuple)),
        **texts,
    )


def test_the_golden_block_is_what_the_document_says() -> None:
    assert VECTOR.read_bytes() == documented_block()


def test_the_golden_block_is_understood() -> None:
    header, description, slots = read_block(VECTOR.read_bytes())
    assert (header.slot_count, header.slots_used, header.slots_offset) == (4, 3, 512)
    assert (header.device, header.inode, header.published_ns) == (27, 1234, 55_000_000_000)
    assert header.publisher == PUBLISHER
    assert header.total_bytes == VECTOR.stat().st_size
    assert description == Description(
        "temps",
        "shared_memory",
        ArrayLayout.contiguous(np.dtype("<f4"), (4, 3), 64),
        segment="psm_1a2b3c4d",
        unit="°C",
        labels=("x", "y", "z"),
    )
    assert slots["state"].tolist() == [CLAIMED, LEFT, CLAIMED, FREE]
    assert slots["end"].tolist() == [7, 12, 8, 0]
    assert slots["begin"].tolist() == [7, 12, 9, 0]
    assert slots["base"].tolist() == [0, 0, 5, 0]
    assert slots["thread"].tolist() == [4321, 4400, 4401, 0]
    assert [decode_label(label) for label in slots["label"][:2]] == ["MainProcess", "left é"]
    assert total_writes(slots) == 27


def test_the_golden_header_is_packed_to_the_same_bytes() -> None:
    data = VECTOR.read_bytes()
    assert Header.unpack(data).pack() == data[:HEADER_BYTES]


@given(headers())
def test_headers_survive_packing(header: Header) -> None:
    assert len(header.pack()) == HEADER_BYTES
    assert Header.unpack(header.pack()) == header
    assert header.slot_offset(0) % SLOT_BYTES == 0
    assert header.slot_offset(header.slot_count) == header.total_bytes


@given(descriptions())
def test_descriptions_survive_encoding(description: Description) -> None:
    assert Description.decode(description.encode()) == description


def test_every_truncation_is_refused_or_reads_as_fewer_slots() -> None:
    data = VECTOR.read_bytes()
    for size in range(len(data)):
        try:
            _, _, slots = read_block(data[:size])
        except ControlBlockError:
            assert size < 512
        else:
            assert len(slots) == max(size - 512, 0) // SLOT_BYTES


@given(st.lists(st.tuples(st.integers(0, 1023), st.integers(1, 255)), min_size=1, max_size=4))
def test_flipped_bits_are_refused_or_read(flips: list[tuple[int, int]]) -> None:
    data = bytearray(VECTOR.read_bytes())
    for at, bits in flips:
        data[at] ^= bits
    try:
        header, description, slots = read_block(bytes(data))
    except (ControlBlockError, ArrayNameError):
        return
    assert Description.decode(description.encode()) == description
    assert header.total_bytes <= 2 * MAX_DESCRIPTION_BYTES + 65535 * SLOT_BYTES
    assert is_clean(slots, slots) == np.array_equal(slots["begin"], slots["end"])
    for label in slots["label"]:
        assert decode_label(label).isprintable()


@given(st.binary(max_size=300).map(lambda tail: VECTOR.read_bytes()[:12] + tail))
def test_a_hostile_header_is_refused_or_has_its_parts_in_order(data: bytes) -> None:
    try:
        header = Header.unpack(data)
    except ControlBlockError:
        return
    assert HEADER_BYTES <= header.description_offset <= header.slots_offset
    assert header.slots_used <= header.slot_count


@pytest.mark.parametrize(
    ("at", "value", "complaint"),
    [
        (0, b"shmscope", "no control block: it begins with b'shmscope'"),
        (8, b"\1\0", "control block of version 1"),
        (12, b"\x40\0", "slots of 64 bytes"),
        (16, b"\0\0\0\0", "whose parts overlap"),
        (20, b"\xff\xff\xff\xff", "whose parts overlap"),
        (24, b"\1\2\0\0", "whose parts overlap"),
        (24, b"\0\0\0\xff", "whose parts overlap"),
        (28, b"\5\0\0\0", "5 of 4 used"),
    ],
)
def test_a_header_that_lies_says_where(at: int, value: bytes, complaint: str) -> None:
    data = bytearray(VECTOR.read_bytes())
    data[at : at + len(value)] = value
    with pytest.raises(ControlBlockError, match=complaint):
        Header.unpack(bytes(data))


@given(JSON | st.fixed_dictionaries({"mechanism": st.just("Array"), "layout": JSON, "name": JSON}))
def test_a_hostile_description_is_refused(data: object) -> None:
    with pytest.raises(ControlBlockError):
        Description.decode(json.dumps(data).encode())


@given(JSON, JSON, JSON, JSON)
def test_hostile_texts_are_refused_or_printable(
    name: object, segment: object, unit: object, labels: object
) -> None:
    data = {"mechanism": "Array", "layout": LAYOUT.format(), "name": name, "unit": unit}
    try:
        found = Description.decode(
            json.dumps({**data, "segment": segment, "labels": labels}).encode()
        )
    except (ControlBlockError, ArrayNameError):
        return
    assert all(
        text.isprintable()
        for text in (found.name, found.segment or "", found.unit or "", *(found.labels or ()))
    )


@pytest.mark.parametrize("encoded", [b"", b"{", b"\xff", b"NaN", b"[" * 60_000, b"[]", b'{"a": 1}'])
def test_what_is_no_description_is_refused(encoded: bytes) -> None:
    with pytest.raises(ControlBlockError):
        Description.decode(encoded)


@pytest.mark.parametrize("field", ["dtype", "shape", "offset"])
def test_json_as_deep_as_python_can_hold_is_refused(field: str) -> None:
    for depth in range(880, 1000):
        deep = "[" * depth + "]" * depth
        layout = json.dumps({**LAYOUT.format(), field: None}).replace("null", deep)
        encoded = f'{{"name": "a", "mechanism": "Array", "layout": {layout}}}'
        with pytest.raises(ControlBlockError):
            Description.decode(encoded.encode())


@pytest.mark.parametrize("segment", ["../../etc/passwd", "/etc/passwd", "a/b", "..", ".", ""])
def test_a_segment_outside_dev_shm_is_refused(segment: str) -> None:
    layout = LAYOUT.format()
    data = {"name": "a", "mechanism": "Array", "layout": layout, "segment": segment}
    with pytest.raises(ControlBlockError, match="no file name in /dev/shm"):
        Description.decode(json.dumps(data).encode())


@pytest.mark.parametrize(
    "description",
    [
        Description("a", "Array", LAYOUT, unit="°C\n"),
        Description("a", "Array", LAYOUT, about="x" * MAX_DESCRIPTION_BYTES),
        Description("a", "Array", LAYOUT, labels=("a", "\ud800")),
        Description("a", "Array", LAYOUT, segment="../a"),
    ],
)
def test_what_no_reader_would_take_is_not_written(description: Description) -> None:
    with pytest.raises(ControlBlockError):
        description.encode()


def test_a_dtype_of_objects_is_not_written() -> None:
    layout = ArrayLayout.contiguous(np.dtype("O"), (2,))
    with pytest.raises(LayoutError):
        Description("a", "Array", layout).encode()


@pytest.mark.parametrize(
    ("before", "after", "clean"),
    [
        ([], [], True),
        ([(3, 3)], [(3, 3)], True),
        ([(3, 3), (0, 0)], [(3, 3), (0, 0)], True),
        ([(4, 3)], [(4, 3)], False),  # under way all the time
        ([(3, 3)], [(4, 3)], False),  # began meanwhile
        ([(3, 3)], [(4, 4)], False),  # began and ended meanwhile
        ([(4, 3)], [(4, 4)], False),  # ended meanwhile
        ([(3, 3), (5, 5)], [(3, 3), (6, 6)], False),
        ([(3, 3)], [(3, 3), (0, 0)], True),  # claimed meanwhile, not written yet
        ([(3, 3)], [(3, 3), (1, 0)], False),  # claimed meanwhile, writing
        ([(3, 3)], [(3, 3), (1, 1)], False),  # claimed meanwhile, written
        ([], [(1, 1)], False),
        ([(3, 3), (0, 0)], [(3, 3)], False),  # no block loses slots
    ],
)
def test_a_copy_is_clean_only_if_no_write_was_under_way(
    before: list[tuple[int, int]], after: list[tuple[int, int]], clean: bool
) -> None:
    assert is_clean(slots_of(*before), slots_of(*after)) == clean


@given(st.lists(WORDS, max_size=5))
def test_the_total_is_the_sum_of_all_ends(ends: list[int]) -> None:
    assert total_writes(slots_of(*((end, end) for end in ends))) == sum(ends) % (1 << 64)


@given(st.text())
def test_a_label_fits_its_slot_and_holds_no_half_of_a_character(text: str) -> None:
    encoded = encode_label(text)
    assert len(encoded) <= 64
    clean = text.encode("utf-8", "replace").decode()
    assert clean.startswith(encoded.decode())
    assert encoded.decode() == clean or len(encoded) > 60


def test_a_hostile_label_is_shown_without_control_characters() -> None:
    assert decode_label(b"\x1b[2Ja\xff\n") == "\ufffd[2Ja\ufffd\ufffd"


def rows_of_table(heading: str) -> Iterator[tuple[int, str, str]]:
    """Yield (offset, type, field) of the table below a heading of the document."""
    section = DOCUMENT.read_text("utf-8").split(f"### {heading}\n", 1)[1].split("\n#", 1)[0]
    for offset, kind, field in re.findall(
        r"^\| (\d+) \| (\S+) \| `(\w+)` \|", section, re.MULTILINE
    ):
        yield int(offset), kind, field


def as_code(kind: str) -> str:
    """Return a type of the document as numpy writes it."""
    if sized := re.fullmatch(r"char\[(\d+)\]", kind):
        return f"S{sized[1]}"
    return {"u16": "<u2", "u32": "<u4", "u64": "<u8", "f64": "<f8"}[kind]


def test_the_documents_header_is_the_codes() -> None:
    rows = list(rows_of_table("Header"))
    codes = re.findall(r"\d*[a-zA-Z]", control._HEADER.format.lstrip("<"))
    sizes = [struct.calcsize("<" + code) for code in codes]
    ends = np.cumsum([0, *sizes]).tolist()
    assert [offset for offset, _, _ in rows] == ends[:-1]
    assert [np.dtype(as_code(kind)).itemsize for _, kind, _ in rows] == sizes


def test_the_documents_header_fields_are_where_the_code_packs_them() -> None:
    offsets = {field: offset for offset, _, field in rows_of_table("Header")}
    assert offsets["slots_used"] == control.USED_OFFSET
    packed = VECTOR.read_bytes()
    header = Header.unpack(packed)
    for field in Header.__dataclass_fields__.keys() & offsets.keys():
        wider = replace(header, **{field: getattr(header, field) ^ 1}).pack()
        changed = [at for at in range(HEADER_BYTES) if wider[at] != packed[at]]
        assert changed == [offsets[field]], field
    for field in ("pid", "started", "namespace"):
        other = replace(PUBLISHER, **{field: getattr(PUBLISHER, field) ^ 1})
        wider = replace(header, publisher=other).pack()
        assert [at for at in range(HEADER_BYTES) if wider[at] != packed[at]] == [offsets[field]]


def test_the_documents_slot_is_the_codes() -> None:
    rows = [row for row in rows_of_table("Slot") if row[2] != "reserved"]
    documented = np.dtype(
        {
            "names": [field for _, _, field in rows],
            "formats": [as_code(kind) for _, kind, _ in rows],
            "offsets": [offset for offset, _, _ in rows],
            "itemsize": 128,
        }
    )
    assert documented == SLOT


def test_the_documents_numbers_are_the_codes() -> None:
    text = DOCUMENT.read_text("utf-8")
    for number in (HEADER_BYTES, SLOT_BYTES, MAX_DESCRIPTION_BYTES, 2 * MAX_DESCRIPTION_BYTES):
        assert re.search(rf"\b{number}\b", text)
    states = re.search(r"(\d) free, (\d) claimed, (\d) left", text)
    assert states is not None
    assert tuple(map(int, states.groups())) == (FREE, CLAIMED, LEFT)


def test_the_documents_example_is_a_description() -> None:
    example = re.search(r"```json\n(.+?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert example is not None
    assert Description.decode(example[1].encode()).layout == LAYOUT
