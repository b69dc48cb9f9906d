"""How often the guesses at two corpora are right, and that docs/guesses.md says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.layout.guessing.checks import check_guesses
from tests.layout.guessing.corpus import build_corpus
from tests.layout.guessing.figures import (
    Figures,
    Outcome,
    calibration,
    figures,
    guess_all,
    mistakes,
)
from tests.layout.guessing.held_out import build_held_out

DOCS = (Path(__file__).parents[2] / "docs/guesses.md").read_text()
CORPORA = {"corpus": build_corpus, "held out": build_held_out}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, list[Outcome]]:
    return {name: guess_all(build()) for name, build in CORPORA.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_is_large_and_the_same_every_time(
    outcomes: dict[str, list[Outcome]], name: str
) -> None:
    cases = [outcome.case for outcome in outcomes[name]]
    assert len(cases) >= 240
    assert [case.data for case in cases] == [case.data for case in CORPORA[name]()]


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
