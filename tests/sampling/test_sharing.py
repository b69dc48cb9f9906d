"""Views of one array that are due together read it once."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sampling.stepping import Stepped, bodies

import shmscope
from shmscope.layout.lens import Lens
from shmscope.layout.selection import Selection
from shmscope.sampling.pace import next_due_s
from shmscope.sampling.sharing import in_step_s
from shmscope.sampling.topics import ValuesTopic
from shmscope.sources.arrays import MemoryArray

SECONDS = 10.0


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return how often which selection is copied."""
    counts: Counter[str] = Counter()
    look = MemoryArray.look

    def counted(source: MemoryArray, selection: Selection, *more: object) -> object:
        counts[str(selection)] += 1
        return look(source, selection, *more)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(MemoryArray, "look", counted)
    return counts


def views(stepped: Stepped) -> list[ValuesTopic]:
    """Return three views of everything: smaller frames are allowed, and another order of axes."""
    turned = ValuesTopic(stepped.id, "...", 1000, None, Lens(order=(1, 0)))
    return [stepped.values(max_points=1000), stepped.values(max_points=500), turned]


@pytest.mark.usefixtures("shared")
def test_three_views_of_the_same_elements_are_one_look(
    stepped: Stepped, looks: Counter[str]
) -> None:
    stepped.step()
    for topic in views(stepped):
        stepped.sampler.demand.add(topic, 10.0)
    frames = bodies(stepped.run(SECONDS - 0.01), "frame")
    assert len(frames) == pytest.approx(3 * SECONDS * 10, abs=3)
    assert looks.total() == pytest.approx(SECONDS * 10, abs=1)


@pytest.mark.usefixtures("shared")
def test_views_that_begin_at_different_times_fall_in_step(
    stepped: Stepped, looks: Counter[str]
) -> None:
    stepped.step()
    for topic in views(stepped):
        stepped.sampler.demand.add(topic, 10.0)
        stepped.run(0.037)
    looks.clear()
    stepped.run(SECONDS)
    assert looks.total() == pytest.approx(SECONDS * 10, abs=3)


def test_frames_that_share_a_copy_hold_what_each_asked_for(
    stepped: Stepped, shared: shmscope.SharedArray
) -> None:
    shared[:] = np.arange(24).reshape(6, 4)
    stepped.step()
    for topic in views(stepped):
        stepped.sampler.demand.add(topic, 10.0)
    plain, smaller, turned = (body["values"] for body in bodies(stepped.step(), "frame"))
    assert plain.tolist() == smaller.tolist() == list(range(24))
    assert turned.tolist() == np.arange(24).reshape(6, 4).T.ravel().tolist()


@pytest.mark.usefixtures("shared")
def test_shared_bytes_are_counted_once(stepped: Stepped) -> None:
    stepped.step()
    for topic in views(stepped):
        stepped.sampler.demand.add(topic, 10.0)
    stepped.run(SECONDS)
    observer = stepped.sampler.reports.host()["observer"]
    assert observer["bytes_read_per_s"] == pytest.approx(10 * 6 * 4 * 4, rel=0.25)


def test_next_turn_sees_what_was_written_since(
    stepped: Stepped, shared: shmscope.SharedArray
) -> None:
    stepped.step()
    for topic in views(stepped):
        stepped.sampler.demand.add(topic, 10.0)
    stepped.step()
    shared[:] = 7
    news = bodies(stepped.step(0.1), "frame")
    assert [set(body["values"].tolist()) for body in news] == [{7.0}] * 3


@given(
    st.floats(0.02, 2.0), st.lists(st.floats(0.0, 1.0), min_size=2, max_size=5), st.integers(1, 3)
)
def test_looks_are_never_put_off_and_fall_in_step(
    period_s: float, phases: list[float], multiple: int
) -> None:
    dues_s = [phase * period_s for phase in phases]
    periods_s = [period_s * (multiple if number == 0 else 1) for number in range(len(dues_s))]
    for _ in range(20 * len(dues_s)):
        at = dues_s.index(min(dues_s))
        even_s = next_due_s(dues_s[at], periods_s[at], dues_s[at])
        others_s = dues_s[:at] + dues_s[at + 1 :]
        dues_s[at] = in_step_s(even_s, periods_s[at], others_s)
        assert even_s - periods_s[at] / 2 - 1e-9 <= dues_s[at] <= even_s
    assert max(dues_s[1:]) - min(dues_s[1:]) < period_s + 1e-9
