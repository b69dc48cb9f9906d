"""What holds for every error that hostile input gets as its answer."""

from __future__ import annotations

from shmscope.errors import ShmscopeError
from shmscope.web.problems import encode_problem, problem_of

MOST_CHARS = 1000


def check_error(error: ShmscopeError) -> None:
    """Check that an error is one short sentence that can be shown, and can be sent."""
    assert 10 < len(error.detail) <= MOST_CHARS, error.detail[:MOST_CHARS]
    assert error.detail.isprintable(), error.detail
    assert len(str(error.value)) <= MOST_CHARS
    assert len(str(error.limit)) <= MOST_CHARS
    assert len(encode_problem(problem_of(error))) < 10 * MOST_CHARS
