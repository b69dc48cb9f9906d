"""The health rules on values, and on how they were copied: facts in, level and sentence out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.sampling.health_cases import BRIGHT, FACTS, STRANGE, answer, sentence

from shmscope.sources.limits import Limits


@pytest.mark.parametrize(
    ("nan", "inf", "counted"),
    [(1, 0, "1 NaN elements"), (0, 2, "2 infinite elements"), (1200, 3, "1,200 NaN and 3 inf")],
)
def test_elements_that_are_no_numbers_are_counted(nan: int, inf: int, counted: str) -> None:
    facts = replace(FACTS, values=replace(STRANGE, nan=nan, inf=inf))
    assert sentence("not_finite", facts).startswith(counted)
    assert "The first is at [4, 7]." in sentence("not_finite", facts)


def test_some_strange_elements_may_be_let_pass() -> None:
    facts = replace(FACTS, values=STRANGE, limits=Limits(not_finite=4))
    assert answer("not_finite", facts) is None


@pytest.mark.parametrize(("at_limit", "speaks"), [(0, False), (50, False), (51, True)])
def test_more_than_five_percent_must_be_saturated(at_limit: int, *, speaks: bool) -> None:
    facts = replace(FACTS, values=replace(BRIGHT, at_limit=at_limit))
    assert (answer("saturated", facts) is not None) == speaks


def test_limits_of_an_array_are_its_own() -> None:
    facts = replace(FACTS, torn=7, copies=200, limits=Limits(torn_share=0.5))
    assert answer("torn", facts) is None


@pytest.mark.parametrize(("torn", "copies", "speaks"), [(0, 0, 0), (2, 200, 0), (3, 200, 1)])
def test_more_than_one_percent_of_the_copies_must_be_torn(
    torn: int, copies: int, *, speaks: bool
) -> None:
    assert (answer("torn", replace(FACTS, torn=torn, copies=copies)) is not None) == speaks
