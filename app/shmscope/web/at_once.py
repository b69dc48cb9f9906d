"""Values that are answered on the event loop, where they can be had in some microseconds.

Who asks once asks again. So what a request comes to is worked out once, and kept for as long as the
array is seen as it was then: all that is left to do is to read.
"""

from __future__ import annotations

import re
from typing import Final

from fastapi import Response
from pydantic import ValidationError

from shmscope.errors import ShmscopeError
from shmscope.layout.names import ArrayId
from shmscope.sampling.answers import Answers
from shmscope.web.accepting import Format, format_of
from shmscope.web.limits import LIMITS
from shmscope.web.selections import choose, unchanged, whole
from shmscope.web.tags import Sight
from shmscope.web.values_query import MAX_POINTS, Asked, parse_query

MOST_KEPT: Final = 512
_PATH = re.compile("/api/v1/arrays/([^/]+)/([^/]+)/([^/]+)/values")
# So many elements are written in no time.
_MOST_AT_ONCE: Final[dict[Format, int]] = {
    "json": 32,
    "csv": 32,
    "npy": MAX_POINTS,
    "raw": MAX_POINTS,
    "png": -1,
}


class AtOnce:
    """Answers what is soon answered, and keeps what it has worked out for it.

    Args:
        answers: Read the arrays.
        most_points: More elements are refused, whatever the client allows.
    """

    def __init__(self, answers: Answers, most_points: int = LIMITS.rest_points) -> None:
        self._answers, self._most_points = answers, most_points
        self._sights: dict[tuple[str, bytes, str], Sight] = {}

    def __call__(self, path: str, query: bytes, asked: Asked) -> Response | None:
        """Return a copy of a selection if it is soon made; None too for what is no sound wish."""
        try:
            sight = self._sight(path, query, asked.accept)
            return None if sight is None else self._answer(sight, asked)
        except (ShmscopeError, ValidationError):
            return None

    def _answer(self, sight: Sight, asked: Asked) -> Response | None:
        state = sight.chosen.trace.source.state_at_once() if asked.known else None
        if sight.is_known(state, asked.known):
            return unchanged(sight, state)
        found = self._answers.look_at_once(sight.chosen)
        return None if found is None else whole(sight, found, asked)

    def _sight(self, path: str, query: bytes, accept: str) -> Sight | None:
        """Return what is asked for, None where it is nothing to be answered at once.

        Raises:
            ShmscopeError: it cannot be had.
            ValidationError: the query is none.
        """
        key = path, query, accept
        kept = self._sights.get(key)
        if kept is not None and self._answers.holds(kept.chosen):
            return kept
        sight = self._work_out(path, query, accept)
        if sight is not None:
            if len(self._sights) >= MOST_KEPT:
                self._sights.clear()
            self._sights[key] = sight
        return sight

    def _work_out(self, path: str, query: bytes, accept: str) -> Sight | None:
        named = _PATH.fullmatch(path)
        if named is None:
            return None
        wish = parse_query(query)
        form = format_of(wish.form, accept)
        chosen = choose(self._answers, ArrayId(*named.groups()), wish, form, self._most_points)
        return Sight(chosen, form) if chosen.selection.points <= _MOST_AT_ONCE[form] else None
