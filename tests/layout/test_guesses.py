from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.guessing.cases import Array, Case, reader
from tests.layout.guessing.corpus import build_corpus, smooth
from tests.layout.guessing.figures import (
    Figures,
    Outcome,
    calibration,
    figures,
    guess_all,
    mistakes,
)
from tests.layout.guessing.held_out import build_held_out

from shmscope.layout.array import ArrayLayout
from shmscope.layout.guesses import Guess, guess

DOCS = (Path(__file__).parents[2] / "docs/guesses.md").read_text()
CORPORA = {"corpus": build_corpus, "held out": build_held_out}

HOSTILE_FLOATS = [np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, 1.7e308, -1.7e308, 1.0, 6e-8]
HOSTILE_INTEGERS = [0, 1, 255, 1 << 31, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, 0x10FFFF, 0x110000]


def guess_bytes(data: bytes, most: int = 5) -> list[Guess]:
    return guess(reader(data), len(data), most)


def guess_array(array: Array, header: bytes = b"", behind: bytes = b"") -> Guess:
    """Return the best guess at an array."""
    return guess_bytes(header + array.tobytes() + behind)[0]


def hostile_bytes() -> st.SearchStrategy[bytes]:
    """Draw bytes of any kind: noise, repetitions, special floats, integers at their ends."""
    floats = st.sampled_from(["<f2", "<f4", "<f8", ">f4"]).flatmap(
        lambda dtype: st.lists(st.sampled_from(HOSTILE_FLOATS), max_size=200).map(
            lambda values: np.clip(values, *_ends(dtype)).astype(dtype).tobytes()
        )
    )
    integers = st.lists(st.sampled_from(HOSTILE_INTEGERS), max_size=200).map(
        lambda values: np.array(values, "<u8").tobytes()
    )
    raw = st.binary(max_size=300)
    repeated = st.tuples(st.binary(max_size=40), st.integers(0, 200)).map(lambda of: of[0] * of[1])
    pieces = raw | repeated | floats | integers
    return st.lists(pieces, max_size=3).map(b"".join)


def _ends(dtype: str) -> tuple[float, float]:
    """Return -infinity and infinity where a float64 fits the dtype, else its largest numbers."""
    if np.dtype(dtype).itemsize == 8:
        return -np.inf, np.inf
    most = float(np.finfo(dtype).max)
    return -most, most


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture(scope="module")
def outcomes() -> dict[str, list[Outcome]]:
    return {name: guess_all(build()) for name, build in CORPORA.items()}


# --- the corpora


@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_is_large_and_the_same_every_time(name: str) -> None:
    first, second = CORPORA[name](), CORPORA[name]()
    assert len(first) >= 240
    assert [case.data for case in first] == [case.data for case in second]


@pytest.mark.slow
@pytest.mark.parametrize("name", CORPORA)
def test_the_first_guess_at_a_dtype_is_right_in_four_of_five(
    outcomes: dict[str, list[Outcome]], name: str
) -> None:
    assert figures(outcomes[name]).first >= 0.8  # the right signedness, too


@pytest.mark.slow
@pytest.mark.parametrize("name", CORPORA)
def test_one_of_the_first_three_guesses_at_a_dtype_is_right_in_nineteen_of_twenty(
    outcomes: dict[str, list[Outcome]], name: str
) -> None:
    assert figures(outcomes[name]).three >= 0.95


@pytest.mark.slow
@pytest.mark.parametrize("name", CORPORA)
def test_the_length_of_rows_is_right_in_four_of_five(
    outcomes: dict[str, list[Outcome]], name: str
) -> None:
    assert figures(outcomes[name]).rows >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize("name", CORPORA)
def test_what_has_no_rows_gets_none(outcomes: dict[str, list[Outcome]], name: str) -> None:
    assert figures(outcomes[name]).flat >= 0.95


@pytest.mark.slow
def test_guesses_are_right_about_as_often_as_they_say(outcomes: dict[str, list[Outcome]]) -> None:
    for _, said, right in calibration(together(outcomes)).values():
        assert said - 0.05 < right  # too modest is no harm


@pytest.mark.slow
@pytest.mark.parametrize("name", CORPORA)
def test_guesses_fit_and_are_ranked_each_dtype_once(
    outcomes: dict[str, list[Outcome]], name: str
) -> None:
    for outcome in outcomes[name]:
        check_guesses(outcome.guesses, len(outcome.case.data))


def together(outcomes: dict[str, list[Outcome]]) -> list[Outcome]:
    return [outcome for each in outcomes.values() for outcome in each]


def check_guesses(guesses: Sequence[Guess], size_bytes: int) -> None:
    """Check what holds for the guesses at any bytes whatever."""
    confidences = [one.confidence for one in guesses]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) <= 1 + 1e-9
    assert len({one.layout.dtype for one in guesses}) == len(guesses)
    for one in guesses:
        assert one.confidence >= 0
        assert one.layout.is_contiguous
        assert one.layout.size > 0
        one.layout.check_fits(size_bytes)
        assert ArrayLayout.parse(one.layout.format()) == one.layout  # the page can ask for it
        assert re.fullmatch(r"[^.].*[^.]\.", one.reason)


# --- docs/guesses.md


@pytest.mark.slow
@pytest.mark.parametrize(("name", "column"), [("corpus", 0), ("held out", 1)])
def test_the_documented_figures_are_those_of_the_corpus(
    outcomes: dict[str, list[Outcome]], name: str, column: int
) -> None:
    found = figures(outcomes[name])
    assert documented("arrays")[column] == found.arrays
    for row, value in rows_of(found).items():
        # A library's rounding may tip one array: a point of a hundred is allowed.
        assert documented(row)[column] == pytest.approx(100 * value, abs=1.0), row


@pytest.mark.slow
def test_the_documented_mistakes_are_those_that_are_made(
    outcomes: dict[str, list[Outcome]],
) -> None:
    made = mistakes(together(outcomes))
    kinds = re.findall(r"^\| (\w+) \|[^|]*\|[^|]*\| (\d+) \|$", DOCS, re.MULTILINE)
    told = {kind: int(count) for kind, count in kinds}
    assert told
    assert set(told) >= set(made)
    for kind, count in told.items():
        assert count == pytest.approx(made[kind], abs=2), kind


@pytest.mark.slow
def test_the_documented_confidences_are_those_that_are_given(
    outcomes: dict[str, list[Outcome]],
) -> None:
    bands = calibration(together(outcomes))
    rows = re.findall(r"^\| ([0-9.]+) to ([0-9.]+) \| (\d+) \| (\d+) % \|$", DOCS, re.MULTILINE)
    assert [(float(low), float(high)) for low, high, _, _ in rows] == list(bands)
    for (count, _, right), (_, _, told, percent) in zip(bands.values(), rows, strict=True):
        assert int(told) == pytest.approx(count, abs=5)
        assert int(percent) == pytest.approx(100 * right, abs=2.0)


def documented(row: str) -> tuple[float, float]:
    """Return the figures of the two corpora in a row of docs/guesses.md."""
    (found,) = re.findall(rf"^\| {row} \| ([0-9.]+)[ %]* \| ([0-9.]+)[ %]* \|$", DOCS, re.MULTILINE)
    return float(found[0]), float(found[1])


def rows_of(found: Figures) -> dict[str, float]:
    return {
        "first guess right": found.first,
        "first guess right, but for a signedness that no value tells": found.first_either_sign,
        "one of the first three right": found.three,
        "rows right, where there are such": found.rows,
        "no rows, where there are none": found.flat,
    }


# --- any bytes


@given(hostile_bytes(), st.integers(0, 12))
def test_no_bytes_are_too_hostile(data: bytes, most: int) -> None:
    found = guess_bytes(data, most)
    assert len(found) <= most
    assert bool(found) == bool(data and most)
    check_guesses(found, len(data))


@given(hostile_bytes(), st.integers(0, 600), st.sampled_from([0, 1, 4096, 1 << 34]))
def test_a_segment_that_cannot_be_read_to_its_end_is_guessed_at_all_the_same(
    data: bytes, most_bytes: int, missing: int
) -> None:
    size = len(data) + missing
    found = guess(lambda offset, count: data[offset : offset + min(count, most_bytes)], size)
    check_guesses(found, size)


def test_of_an_empty_segment_and_one_that_cannot_be_read_nothing_is_guessed() -> None:
    assert guess(reader(b""), 0) == []
    assert guess(reader(b""), 4096) == []


@pytest.mark.parametrize("size_bytes", [1 << 20, 1 << 24, 16 << 30])
def test_at_most_4_mib_are_read_all_within_the_segment_and_its_end_too(
    size_bytes: int, rng: np.random.Generator
) -> None:
    pieces: list[tuple[int, int]] = []
    block = rng.normal(size=1 << 17).tobytes()

    def read(offset: int, count: int) -> bytes:
        pieces.append((offset, offset + count))
        return block[:count]

    assert guess(read, size_bytes)
    assert sum(end - start for start, end in pieces) <= 4 << 20
    assert all(0 <= start < end <= size_bytes for start, end in pieces)
    assert max(end for _, end in pieces) == size_bytes


def test_of_16_gib_the_shape_is_that_of_the_whole_segment() -> None:
    row = np.add.outer(np.sin(np.arange(64) / 9), np.cos(np.arange(1024) / 90)).astype("<f4")
    block = row.tobytes()
    best, *_ = guess(lambda offset, count: (block * 5)[offset % len(block) :][:count], 16 << 30)
    assert (best.layout.dtype, best.layout.shape) == (np.dtype("<f4"), (1 << 22, 1024))


# --- single claims


def test_only_zeros_tell_nothing() -> None:
    (only,) = guess_bytes(bytes(10_000))
    assert only.layout == ArrayLayout.contiguous(np.dtype("u1"), (10_000,))
    assert only.confidence < 0.1
    assert only.reason == "There are only zeros: nothing tells what they are."


def test_random_bytes_are_bytes_without_confidence(rng: np.random.Generator) -> None:
    best = guess_array(rng.integers(0, 256, 30_000).astype("u1"))
    assert best.layout.dtype == np.uint8
    assert best.confidence <= 0.3
    assert best.reason == "The bytes look random: noise, or compressed, or encrypted."


def test_a_constant_is_told() -> None:
    assert guess_array(np.full(500, 0.25)).reason == "All values are 0.25."


def test_an_array_that_holds_no_number_yet_is_told() -> None:
    best = guess_array(np.full(500, np.nan))
    assert best.layout.dtype == np.float64
    assert best.reason == "None of the values is finite."


def test_gaps_do_not_hide_floats(rng: np.random.Generator) -> None:
    values = rng.normal(20, 3, 5_000).astype("<f4")
    values[1_000:3_000] = np.nan
    best = guess_array(values)
    assert best.layout.dtype == values.dtype
    assert re.match(r"\d\d % of the values are finite; 98 % of the finite values lie", best.reason)


def test_bytes_of_0_and_1_are_bools(rng: np.random.Generator) -> None:
    best = guess_array(np.repeat(rng.random(400) < 0.5, 8))
    assert best.layout.dtype == np.bool_
    assert best.reason == "Every byte is 0 or 1."


def test_integers_of_0_and_1_are_not(rng: np.random.Generator) -> None:
    ones = (rng.random(4_000) < 0.4).astype("<i4")
    assert guess_array(ones).layout.dtype == ones.dtype


def test_a_reason_tells_span_rows_header_and_what_is_empty(rng: np.random.Generator) -> None:
    picture = (10 + 80 * smooth(rng, 200, 320)).astype("<f4")
    best = guess_array(picture, b"HEAD\1\0\0\0".ljust(64, b"\0"), bytes(64_000))
    assert best.layout == ArrayLayout.contiguous(np.dtype("<f4"), (250, 320), 64)
    assert re.fullmatch(
        r"98 % of the values lie between 0 and [0-9.]+; elements 320 apart are alike; "
        r"the first 64 bytes look like a header; 20 % of what was read is zero\.",
        best.reason,
    )


@pytest.mark.parametrize(("channels", "word"), [(3, "RGB"), (4, "RGBA")])
def test_the_colours_of_a_picture_are_an_axis(
    channels: int, word: str, rng: np.random.Generator
) -> None:
    planes = [255 * smooth(rng, 90, 130) for _ in range(channels)]
    best = guess_array(np.stack(planes, 2).astype("u1"))
    assert best.layout.shape == (90, 130, channels)
    assert f"so are those {channels} apart, as in {word}" in best.reason


def test_the_mosaic_of_a_colour_camera_is_one_picture(rng: np.random.Generator) -> None:
    picture = 500 + 2_000 * smooth(rng, 120, 180)
    picture[::2, ::2] *= 0.5
    picture[1::2, 1::2] *= 0.7
    assert guess_array(picture.astype("<u2")).layout.shape == (120, 180)


def test_a_tone_has_no_rows() -> None:
    tone = np.sin(np.arange(20_000) * 2 * np.pi / 93.7)
    assert guess_array(tone).layout.shape == (20_000,)


def test_coordinates_side_by_side_are_columns(rng: np.random.Generator) -> None:
    walk = np.cumsum(rng.normal(size=(3_000, 3)), 0) + (10, -300, 700)
    assert guess_array(walk).layout.shape == (3_000, 3)


@pytest.mark.parametrize("header", [64, 128, 4096])
def test_a_header_is_skipped_where_values_tell_of_it(header: int, rng: np.random.Generator) -> None:
    best = guess_array(rng.normal(5, 1, 4_000), b"MAGIC\2\0\0".ljust(header, b"\0"))
    assert (best.layout.offset, best.layout.shape) == (header, (4_000,))


def test_silence_before_a_sound_is_no_header(rng: np.random.Generator) -> None:
    sound = np.concatenate([np.zeros(32), 3 + rng.normal(size=4_000)]).astype("<f4")
    assert guess_array(sound).layout.offset == 0


def test_the_other_guesses_have_rows_of_as_many_bytes(rng: np.random.Generator) -> None:
    picture = (1_000 * smooth(rng, 100, 150)).astype("<u2")
    shapes = {
        one.layout.dtype.str: one.layout.shape for one in guess_bytes(picture.tobytes(), most=9)
    }
    assert shapes["<u2"] == shapes["<i2"] == (100, 150)
    assert shapes["|u1"] == (100, 300)


@pytest.mark.parametrize("unit", [1.0, 1e3, 1e6, 1e9])
def test_times_are_recognised_as_such(unit: float, rng: np.random.Generator) -> None:
    times = (1.75e9 + np.cumsum(rng.exponential(0.1, 3_000))) * unit
    names = {1.0: "seconds", 1e3: "milliseconds", 1e6: "microseconds", 1e9: "nanoseconds"}
    best = guess_array(times.astype("<i8") if unit > 1 else times)
    assert f", as {names[unit]} since 1970 would" in best.reason


@pytest.mark.parametrize("dtype", ["S20", "U20"])
def test_texts_of_one_length_without_padding_are_found_by_their_period(
    dtype: str, rng: np.random.Generator
) -> None:
    days = rng.integers(0, 9_000, 300).astype("M8[D]").astype("M8[s]") + np.arange(300)
    times = np.array([f"{day}Z" for day in days], dtype)
    assert guess_array(times).layout == ArrayLayout.contiguous(times.dtype, (300,))


def test_one_text_is_one_element() -> None:
    text = b"It is a truth universally acknowledged, that a reader in possession of bytes " * 9
    assert guess_bytes(text)[0].layout == ArrayLayout.contiguous(np.dtype(f"S{len(text)}"), (1,))


@pytest.mark.parametrize(
    "make",
    [
        lambda rng: (255 * (smooth(rng, 64, 96) > 0.5)).astype("u1"),
        lambda rng: (97 + 25 * smooth(rng, 64, 96)).astype("u1"),
        lambda rng: rng.normal(110, 4, 3_000).astype("<i4"),
        lambda rng: rng.permutation(2_000).astype("<i4"),
        lambda rng: rng.integers(200, 400, 500).astype("<i8"),
    ],
    ids=["black and white", "grey letters", "near 110", "permutation", "small int64"],
)
def test_numbers_that_happen_to_be_characters_are_no_text(
    make: Callable[[np.random.Generator], Array], rng: np.random.Generator
) -> None:
    assert guess_array(make(rng)).layout.dtype.kind in "iu"


def test_records_are_found_field_by_field(rng: np.random.Generator) -> None:
    fields = [
        ("f0", "<f8"),
        ("f1", "<i8"),
        ("f2", "<f4"),
        ("f3", "<f4"),
        ("f4", "<i2"),
        ("f5", "<i2"),
    ]
    records = np.zeros(700, fields)
    records["f0"] = 1.7e9 + np.cumsum(rng.exponential(1, 700))
    records["f1"] = np.arange(700) + 10**6
    for name in ("f2", "f3"):
        records[name] = rng.normal(0, 20, 700)
    records["f4"] = rng.normal(0, 300, 700)
    records["f5"] = rng.integers(-4, 5, 700)
    best = guess_array(records)
    assert best.layout == ArrayLayout.contiguous(records.dtype, (700,))
    assert best.reason.startswith("Bytes 28 apart are alike, and each column of them reads as one")


def test_a_transform_of_real_numbers_mirrors_itself(rng: np.random.Generator) -> None:
    noise = rng.normal(size=(64, 80))
    for transform in (np.fft.fft(noise.ravel()), np.fft.fft2(noise)):
        assert guess_array(transform).layout.dtype == np.complex128


def test_a_case_knows_whether_its_values_have_a_sign() -> None:
    assert Case("", np.array([0, 127], "u1")).has_no_sign
    assert not Case("", np.array([0, 128], "u1")).has_no_sign
    assert not Case("", np.array([-1], "i1")).has_no_sign
    assert not Case("", np.array([1.0])).has_no_sign
