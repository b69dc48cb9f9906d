"""What single arrays are taken for, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.layout.guessing.cases import Array, Case
from tests.layout.guessing.checks import guess_array, guess_bytes
from tests.layout.guessing.corpus import smooth

from shmscope.layout.array import ArrayLayout

PROSE = (Path(__file__).parents[3] / "docs/stream.md").read_bytes()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


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
        r"98 % of the values lie between [0-9.]+ and [0-9.]+; elements 320 apart are alike; "
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
    walk = np.add(np.cumsum(rng.normal(size=(3_000, 3)), 0), (10, -300, 700))
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
    text = PROSE[:5_000]
    assert guess_bytes(text)[0].layout == ArrayLayout.contiguous(np.dtype("S5000"), (1,))


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
