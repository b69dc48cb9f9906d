"""How often the guesses at a corpus are right; run as a module, it prints docs/guesses.md's tables.

python -m tests.layout.guessing.figures
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tests.layout.guessing.cases import Case, reader
from tests.layout.guessing.corpus import build_corpus
from tests.layout.guessing.held_out import build_held_out

from shmscope.layout.guesses import Guess, guess

BANDS = ((0.0, 0.7), (0.7, 0.9), (0.9, 1.0))


@dataclass(frozen=True)
class Outcome:
    """What was guessed of one array."""

    case: Case
    guesses: Sequence[Guess]

    def is_right(self, at: int, *, either_sign: bool = False) -> bool:
        """Whether the dtype of the guess at a place is the array's.

        Args:
            at: Which guess; 0 is the best.
            either_sign: Let either signedness pass where no value tells which it is.
        """
        if at >= len(self.guesses):
            return False
        guessed, true = self.guesses[at].layout.dtype, self.case.dtype
        if either_sign and self.case.has_no_sign and guessed.kind in "iu":
            return guessed.itemsize == true.itemsize and guessed.isnative == true.isnative
        return guessed == true

    @property
    def has_right_rows(self) -> bool:
        """Whether the best guess's rows, channels and header are the array's."""
        layout, array = self.guesses[0].layout, self.case.array
        return (
            layout.dtype.itemsize == array.dtype.itemsize
            and layout.shape[1:] == array.shape[1:]
            and layout.offset == len(self.case.header)
        )


@dataclass(frozen=True)
class Figures:
    """Parts of a corpus of which a guess is right, 0 to 1.

    Attributes:
        arrays: How many arrays there are.
        first: The first guess has the right dtype.
        first_either_sign: It has, or has the other signedness where no value tells which it is.
        three: One of the first three has the right dtype.
        rows: The rows are right, of the arrays whose structure tells them.
        flat: The array is taken for one of one axis, of those that are.
    """

    arrays: int
    first: float
    first_either_sign: float
    three: float
    rows: float
    flat: float


def guess_all(cases: Iterable[Case]) -> list[Outcome]:
    return [Outcome(case, guess(reader(case.data), len(case.data))) for case in cases]


def figures(outcomes: Sequence[Outcome]) -> Figures:
    return Figures(
        len(outcomes),
        _part(outcome.is_right(0) for outcome in outcomes),
        _part(outcome.is_right(0, either_sign=True) for outcome in outcomes),
        _part(any(outcome.is_right(at) for at in range(3)) for outcome in outcomes),
        _part(outcome.has_right_rows for outcome in outcomes if outcome.case.rows),
        _part(
            len(outcome.guesses[0].layout.shape) == 1
            for outcome in outcomes
            if outcome.case.array.ndim == 1
        ),
    )


def confusions(outcomes: Iterable[Outcome]) -> Counter[tuple[str, str, str]]:
    """Count what is taken for what: (contents, dtype, dtype of the first guess)."""
    return Counter(
        (outcome.case.name, _short(outcome.case.dtype), _short(outcome.guesses[0].layout.dtype))
        for outcome in outcomes
        if not outcome.is_right(0)
    )


def mistakes(outcomes: Iterable[Outcome]) -> Counter[str]:
    """Count the kinds of wrong first guesses, by the words that docs/guesses.md has for them."""
    return Counter(_mistake(outcome) for outcome in outcomes if not outcome.is_right(0))


def _mistake(outcome: Outcome) -> str:
    if outcome.is_right(0, either_sign=True):
        return "signedness"
    kinds = outcome.case.dtype.kind + outcome.guesses[0].layout.dtype.kind
    return {"cf": "complex", "fi": "integers", "fu": "integers", "VV": "fields"}.get(kinds, "other")


def calibration(outcomes: Iterable[Outcome]) -> dict[tuple[float, float], tuple[int, float, float]]:
    """Return by band of confidence: how many first guesses, their mean confidence, part right."""
    pairs = np.array([(one.guesses[0].confidence, one.is_right(0)) for one in outcomes])
    return {
        (low, high): (len(chosen), *chosen.mean(axis=0).tolist())
        for low, high in BANDS
        if len(chosen := pairs[(pairs[:, 0] >= low) & (pairs[:, 0] < high)])
    }


def _part(answers: Iterable[bool]) -> float:
    return float(np.mean(list(answers)))


def _short(dtype: np.dtype[Any]) -> str:
    return "record" if dtype.names is not None else dtype.str.lstrip("|<")


def main() -> None:
    corpora = {"corpus": guess_all(build_corpus()), "held out": guess_all(build_held_out())}
    for name, outcomes in corpora.items():
        print(f"{name}: {figures(outcomes)}")
        for confusion, count in confusions(outcomes).most_common():
            print(f"  {count} × {' '.join(confusion)}")
    together = [outcome for outcomes in corpora.values() for outcome in outcomes]
    print(f"mistakes: {dict(mistakes(together))}")
    for band, found in calibration(together).items():
        print(f"confidence {band}: {found}")


if __name__ == "__main__":
    main()
