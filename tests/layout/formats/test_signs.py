"""Whether a copy can be trusted, as the fields of a format tell."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmscope.layout.formats.signs import Field, Signs, Verdict, verdict, writes

COUNT, FLAG, SEQUENCE = Field(0, "<Q"), Field(8, "<B"), Field(16, "<q")
BEGIN, END = Field(24, "<d"), Field(32, "<d")
COUNTED = Signs(count=COUNT)
FLOATING = Signs(count=Field(0, "<d"))
FLAGGED = Signs(count=COUNT, flag=FLAG)
SEQUENCED = Signs(count=COUNT, sequence=SEQUENCE)
STAMPED = Signs(stamps=(BEGIN, END))


def read(signs: Signs, *numbers: float) -> list[bytes]:
    return [struct.pack(f.format, n) for f, n in zip(signs.fields, numbers, strict=True)]


@pytest.mark.parametrize(
    ("signs", "before", "after", "expected"),
    [
        (FLAGGED, (0, 7), (0, 7), "clean"),
        (FLAGGED, (1, 7), (0, 8), "torn"),
        (FLAGGED, (0, 7), (1, 7), "torn"),
        (FLAGGED, (1, 7), (1, 7), "torn"),
        (FLAGGED, (0, 7), (0, 8), "torn"),
        (FLAGGED, (0, 0), (0, 0), "unverified"),
        (SEQUENCED, (14, 7), (14, 7), "clean"),
        (SEQUENCED, (15, 7), (15, 7), "torn"),
        (SEQUENCED, (14, 7), (16, 8), "torn"),
        (SEQUENCED, (-15, 7), (-15, 7), "torn"),
        (SEQUENCED, (0, 0), (0, 0), "unverified"),
        (COUNTED, (7,), (7,), "unverified"),
        (COUNTED, (7,), (8,), "torn"),
        (STAMPED, (1.5, 1.5), (1.5, 1.5), "unverified"),
        (STAMPED, (1.5, 1.5), (2.5, 2.5), "torn"),
        (STAMPED, (2.5, 1.5), (2.5, 1.5), "torn"),
    ],
)
def test_a_copy_is_clean_only_if_the_format_proves_it(
    signs: Signs, before: tuple[float, ...], after: tuple[float, ...], expected: Verdict
) -> None:
    assert verdict(signs, read(signs, *before), read(signs, *after)) == expected


def test_the_flag_is_read_before_the_count() -> None:
    assert FLAGGED.fields == (FLAG, COUNT)


def test_no_signs_verify_nothing() -> None:
    assert verdict(Signs(), [], []) == "unverified"
    assert writes(Signs(), []) is None


@given(st.lists(st.binary(max_size=9), max_size=3), st.lists(st.binary(max_size=9), max_size=3))
def test_short_and_missing_fields_raise_nothing(before: list[bytes], after: list[bytes]) -> None:
    for signs in (Signs(), COUNTED, FLOATING, FLAGGED, SEQUENCED, STAMPED):
        assert verdict(signs, before, after) in ("clean", "torn", "unverified")
        assert (writes(signs, before) or 0) >= 0


def test_a_segment_that_went_away_verifies_nothing() -> None:
    assert verdict(FLAGGED, read(FLAGGED, 0, 7), [b"", b""]) == "unverified"


@pytest.mark.parametrize(
    ("signs", "numbers", "expected"),
    [
        (COUNTED, (7,), 7),
        (COUNTED, ((1 << 64) - 1,), (1 << 64) - 1),
        (Signs(count=Field(0, "<q")), (-1,), None),
        (FLOATING, (7.0,), 7),
        (FLOATING, (7.5,), None),
        (FLOATING, (-1.0,), None),
        (FLOATING, (float("nan"),), None),
        (FLOATING, (float("inf"),), None),
        (FLOATING, (2.0**53,), None),
        (Signs(sequence=SEQUENCE), (15,), 7),
        (Signs(sequence=SEQUENCE), (-15,), None),
        (SEQUENCED, (-15, 7), 7),
        (STAMPED, (1.5, 1.5), None),
    ],
)
def test_writes_are_a_count_or_none(
    signs: Signs, numbers: tuple[float, ...], expected: int | None
) -> None:
    assert writes(signs, read(signs, *numbers)) == expected
