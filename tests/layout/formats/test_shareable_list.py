from __future__ import annotations

import struct
from multiprocessing.shared_memory import ShareableList
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.formats.looking import Folder, look_alone, look_in_shm, values
from tests.layout.formats.samples import shareable_list

from shmscope.layout.array import ArrayLayout
from shmscope.layout.formats.recognition import Recognition
from shmscope.layout.formats.shareable_list import MOST_FIELDS, MOST_ITEMS, recognise

ITEMS = (
    st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.booleans()
    | st.none()
    | st.text(st.characters(exclude_characters="\0", max_codepoint=127), max_size=20)
    | st.binary(max_size=20).map(lambda raw: raw.replace(b"\0", b"x"))
)


def shown(found: Recognition | None, data: bytes) -> Any:
    return values(found, data).tolist()


def made(items: list[Any]) -> tuple[Recognition | None, bytes]:
    """Have Python make a list, and return it as recognised, and its bytes."""
    listed = ShareableList(items)
    try:
        found = recognise(look_in_shm(listed.shm.name))
        return found, Folder()[listed.shm.name]
    finally:
        listed.shm.close()
        listed.shm.unlink()


def test_pythons_integers_are_a_column() -> None:
    found, data = made([3, -1, 1 << 62])
    assert shown(found, data) == [3, -1, 1 << 62]
    assert found is not None
    assert found.arrays[0].layout == ArrayLayout(np.dtype("<i8"), (3,), (8,), 40)
    assert "3 × int" in found.why
    assert found.signs is None


@pytest.mark.parametrize(
    "items",
    [[1.5, -2.0], [True, False, True], ["a", "bc"], [b"x" * 9, b"y" * 10], ["0123456789" * 30]],
)
def test_items_of_one_type_are_a_column(items: list[Any]) -> None:
    found, data = made(items)
    plain = [item.encode() if isinstance(item, str) else item for item in items]
    assert shown(found, data) == plain


def test_mixed_items_are_one_record_named_by_index() -> None:
    found, data = made([1, 2.5, "text", None, True, b"bytes"])
    record = values(found, data)
    assert record.dtype.names == ("0", "1", "2", "4", "5")
    assert record.tolist() == [(1, 2.5, b"text", True, b"bytes")]
    assert found is not None
    assert ArrayLayout.parse(found.arrays[0].layout.format()) == found.arrays[0].layout


def test_a_list_that_nothing_can_show_is_recognised_all_the_same() -> None:
    for items in ([None, None], [1, 2.5] * MOST_FIELDS):
        found, _ = made(items)
        assert found is not None
        assert not found.arrays


def test_an_empty_list_is_not_told_from_zeros() -> None:
    assert made([])[0] is None


def test_an_item_that_changed_its_type_keeps_its_bytes() -> None:
    words: list[Any] = ["a long text of some words", "another one of some words"]
    listed = ShareableList(words)
    try:
        listed[0] = listed[1] = 5
        found = recognise(look_in_shm(listed.shm.name))
        assert shown(found, Folder()[listed.shm.name]) == [5, 5]
        assert found is not None
        assert found.arrays[0].layout.strides == (32,)
    finally:
        listed.shm.close()
        listed.shm.unlink()


@given(st.lists(ITEMS, min_size=1, max_size=8))
def test_what_python_wrote_is_what_is_shown(items: list[Any]) -> None:
    found, data = made(items)
    assert found is not None
    plain = [item.encode() if isinstance(item, str) else item for item in items]
    plain = [item for item in plain if item is not None]
    if plain:
        table = shown(found, data)
        assert list(table[0] if isinstance(table[0], tuple) else table) == plain
    else:
        assert not found.arrays


def word(value: int) -> bytes:
    return struct.pack("<q", value)


@pytest.mark.parametrize(
    "data",
    [
        shareable_list(("q", word(1), 1)),
        shareable_list(("i", word(1), 0)),
        shareable_list(("q", word(1), 3)),
        shareable_list(("8s", word(1), 0)),
        shareable_list(("16s", word(1), 1)),
        shareable_list(("7s", word(1), 1)),
        shareable_list(("0s", word(1), 1)),
        shareable_list(("q", b"seven b", 0)),
        shareable_list(("", word(1), 0)),
        shareable_list(("q", word(1), 0), ("q", b"", 0)),
    ],
)
def test_formats_that_python_does_not_write_are_refused(data: bytes) -> None:
    assert recognise(look_alone(data)) is None


def test_more_items_than_are_read_are_refused() -> None:
    count = MOST_ITEMS + 1
    data = word(count) + word(0) + word(8) + bytes(1 << 16)
    assert recognise(look_alone(data)) is None


def test_a_long_list_is_recognised() -> None:
    count = 1 << 16
    begins = np.arange(count + 1, dtype="<i8") * 8
    data = word(count) + begins.tobytes() + begins[:-1].tobytes()
    data += b"q\0\0\0\0\0\0\0" * count + bytes(count)
    assert (values(recognise(look_alone(data)), data) == begins[:-1]).all()
