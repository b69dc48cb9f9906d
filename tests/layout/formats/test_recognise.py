"""All formats alike: what is recognised, and that hostile bytes never get through."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.layout.formats.looking import look_alone, look_at, reading, values
from tests.layout.formats.samples import SAMPLES, VALUES, image_stream_io, pyrtc, vector

from shmscope.layout.array import ArrayLayout
from shmscope.layout.formats import RECOGNISERS, Look, Recognition, recognise
from shmscope.layout.formats.opaque import companions, explain
from shmscope.layout.formats.signs import writes

KINDS = sorted(SAMPLES)
# What 64 axes were is a whole trailer of 32.
BELIEVED = {("shared_array", 0, -256)}
# This segment of ndsharray's only says that the other is no left-over.
BELIEVED |= {("ndsharray", 1, -cut) for cut in range(1, 40)}
NAMES = [name for sample in SAMPLES.values() for name in sample.segments]


def check(look: Look) -> Recognition | None:
    """Recognise by every recogniser, and check that what they answer fits the segments."""
    for recogniser in RECOGNISERS:
        found = recogniser(look)
        if found is not None:
            check_fits(found, look)
    explain(look)
    companions(look)
    return recognise(look)


def check_fits(found: Recognition, look: Look) -> None:
    assert found.format
    assert found.why.isprintable()
    assert look.present(*found.companions) == found.companions
    for array in found.arrays:
        segment = look.sibling(array.segment) if array.segment else look
        assert segment is not None
        array.layout.check_fits(segment.size_bytes)
        assert not array.name or array.name.isprintable()
        assert ArrayLayout.parse(array.layout.format()) == array.layout
    for field in found.signs.fields if found.signs is not None else ():
        segment = look.sibling(field.segment) if field.segment else look
        assert segment is not None
        assert field.offset + field.size_bytes <= segment.size_bytes


@pytest.mark.parametrize("kind", KINDS)
def test_documented_bytes_are_recognised(kind: str) -> None:
    sample = SAMPLES[kind]
    data = sample.segments[sample.name]
    found = check(look_at(sample.segments, sample.name))
    assert found is not None
    assert (found.format, found.companions) == (sample.format, sample.companions)
    assert values(found, data).tolist() == sample.shown


@pytest.mark.parametrize("kind", KINDS)
def test_golden_bytes_are_the_documented_ones(kind: str) -> None:
    for index, data in enumerate(SAMPLES[kind].segments.values()):
        assert vector(kind, index).read_bytes() == data


@pytest.mark.parametrize("kind", [kind for kind in KINDS if SAMPLES[kind].writes is not None])
def test_writes_are_counted_by_the_formats_own_counter(kind: str) -> None:
    sample = SAMPLES[kind]
    found = recognise(look_at(sample.segments, sample.name))
    assert found is not None
    assert found.signs is not None
    read = reading(found.signs, sample.segments, sample.name)
    assert writes(found.signs, read) == sample.writes


@pytest.mark.parametrize("kind", KINDS)
def test_companions_are_no_entries_of_their_own(kind: str) -> None:
    sample = SAMPLES[kind]
    for name in list(sample.segments)[1:]:
        assert check(look_at(sample.segments, name)) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_segment_of_another_name_or_alone_is_only_what_its_bytes_say(kind: str) -> None:
    sample = SAMPLES[kind]
    found = check(look_alone(sample.segments[sample.name], "other"))
    assert (found is not None) == (kind not in ("pyshmem", "pyrtc", "ndsharray"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("index", [0, 1])
def test_truncation_at_every_length_is_never_believed(kind: str, index: int) -> None:
    sample = SAMPLES[kind]
    for name in list(sample.segments)[index : index + 1]:
        whole = sample.segments[name]
        for length in range(len(whole)):
            found = check(look_at({**sample.segments, name: whole[:length]}, sample.name))
            assert found is None or (kind, index, length - len(whole)) in BELIEVED


@pytest.mark.parametrize("kind", KINDS)
def test_a_segment_that_shrinks_while_it_is_looked_at_is_not_believed(kind: str) -> None:
    sample = SAMPLES[kind]
    whole = look_at(sample.segments, sample.name)
    for length in range(0, len(sample.segments[sample.name]), 7):
        short = look_alone(sample.segments[sample.name][:length])
        check(Look(whole.name, whole.size_bytes, short.reader, whole.siblings))


@pytest.mark.parametrize("kind", KINDS)
def test_no_flipped_bit_makes_a_layout_that_does_not_fit(kind: str) -> None:
    sample = SAMPLES[kind]
    for name, whole in sample.segments.items():
        for bit in range(8 * len(whole)):
            flipped = bytearray(whole)
            flipped[bit // 8] ^= 1 << bit % 8
            check(look_at({**sample.segments, name: bytes(flipped)}, sample.name))


WORDS = st.sampled_from(
    [0, 1, 2, 8, 16, 255, 1 << 31, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]
) | st.integers(0, (1 << 64) - 1)


@given(st.sampled_from(KINDS), st.data())
def test_hostile_words_anywhere_never_get_through(kind: str, data: st.DataObject) -> None:
    sample = SAMPLES[kind]
    segments = dict(sample.segments)
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(list(segments)))
        raw = bytearray(segments[name])
        size = data.draw(st.sampled_from([1, 2, 4, 8]))
        at = data.draw(st.integers(0, len(raw) - size))
        order = data.draw(st.sampled_from(["little", "big"]))
        word = data.draw(WORDS) % (1 << 8 * size)
        raw[at : at + size] = word.to_bytes(size, "big" if order == "big" else "little")
        segments[name] = bytes(raw)
    check(look_at(segments, sample.name))


@given(
    st.sampled_from(NAMES) | st.text(max_size=40),
    st.binary(max_size=700),
    st.binary(max_size=700),
)
@example("x\udcff", b"", b"")
def test_random_bytes_raise_nothing(name: str, data: bytes, beside: bytes) -> None:
    segments = {f"{name}_meta": beside, f"{name}_memory": beside, f"{name}_gpu": beside}
    check(look_at({**segments, name: data}, name))


def test_random_segments_are_never_recognised() -> None:
    rng = random.Random(20250101)
    for _ in range(3000):
        data = rng.randbytes(rng.choice([8, 16, 64, 80, 584, 1024]))
        meta = rng.randbytes(rng.choice([80, 512]))
        name = rng.choice(NAMES)
        assert recognise(look_at({name: data, f"{name}_meta": meta}, name)) is None


# Arrays as people have them: what is most likely to look like something else by accident.
PLAIN = [
    np.zeros(1), np.zeros(2), np.zeros(10), np.zeros(1000), np.ones(10), np.arange(10.0),
    np.arange(1000), np.full(64, 8), np.zeros(64, "u1"), np.full(4096, 255, "u1"),
    np.linspace(-1, 1, 10), np.eye(8), np.array([1, 0, 8, 3, 0, 0]), np.array([2, 0, 8, 16]),
]  # fmt: skip


@pytest.mark.parametrize("index", range(len(PLAIN)))
def test_plain_arrays_are_not_mistaken(index: int) -> None:
    data = PLAIN[index].tobytes()
    for name in [*NAMES, "psm_00000000", f"a_{'0' * 32}"]:
        for beside in (data, PLAIN[2].tobytes(), PLAIN[4].tobytes(), PLAIN[5].tobytes()):
            segments = {f"{name}_meta": beside, "camera": beside, "a": beside, name: data}
            assert check(look_at(segments, name)) is None


def test_a_gpus_stream_is_recognised_without_an_array() -> None:
    found = check(look_alone(image_stream_io(location=0), "camera.im.shm"))
    assert found is not None
    assert not found.arrays


def test_a_lying_reader_does_no_harm() -> None:
    look = Look("camera", 1 << 62, lambda _offset, count: b"\xff" * min(count, 1000))
    assert check(look) is None


def test_a_name_without_its_own_kind_of_text_is_left_out() -> None:
    data = {"a\n": VALUES.tobytes(), "a\n_meta": pyrtc(1, 1, 24, 9, 2, 3)}
    found = check(look_at(data, "a\n"))
    assert found is not None
    assert found.arrays[0].name == ""
