"""Which form of values a client takes: by its query, or by its Accept header.

Source: RFC 9110, section 12.5.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from shmscope.errors import AcceptError

Format: TypeAlias = Literal["json", "npy", "csv", "raw", "png"]

# The first is answered to whoever takes anything.
MEDIA_TYPES: Final[dict[Format, str]] = {
    "json": "application/json",
    "npy": "application/x-npy",
    "csv": "text/csv; charset=utf-8",
    "raw": "application/octet-stream",
    "png": "image/png",
}
MOST_ACCEPT: Final = 1000


def format_of(given: Format | None, accept: str) -> Format:
    """Return the form that a client wants: what its query says, else what it takes.

    Args:
        given: What the query says.
        accept: The Accept header, empty where there is none.

    Raises:
        AcceptError: it takes none of the forms there are.
    """
    return given or _accepted(accept[:MOST_ACCEPT])


def check_json(accept: str) -> None:
    """Check that a client takes JSON.

    Raises:
        AcceptError: it does not.
    """
    _check_json(accept[:MOST_ACCEPT])


@lru_cache(maxsize=64)  # a program says the same every time
def _accepted(accept: str) -> Format:
    ranges = _ranges(accept)
    best = max(MEDIA_TYPES, key=lambda form: _quality(form, ranges))  # the first of equals
    if not _quality(best, ranges):
        raise _refusal(accept, "values come as", *MEDIA_TYPES.values())
    return best


@lru_cache(maxsize=64)
def _check_json(accept: str) -> None:
    if not _quality("json", _ranges(accept)):
        raise _refusal(accept, "this comes as", MEDIA_TYPES["json"])


def _refusal(accept: str, what: str, *kinds: str) -> AcceptError:
    known = ", ".join(kind.partition(";")[0] for kind in kinds)
    return AcceptError(
        f"{what} {known}; the Accept header takes none: {accept[:100]!r}",
        value=accept[:100],
        limit=known,
        field="accept",
    )


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Return the ranges of media types, and how much each is liked; without any, all are."""
    return list(_parsed(accept)) or [("*/*", 1.0)]


def _parsed(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        said = dict(parameter.partition("=")[::2] for parameter in parameters)
        try:
            liking = float(said.get("q", "1"))
        except ValueError:
            liking = 0.0
        if name:
            yield name, liking if 0 <= liking <= 1 else 0.0


def _quality(form: Format, ranges: list[tuple[str, float]]) -> float:
    """Return how much a form is liked, by the range that names it most exactly."""
    kind = MEDIA_TYPES[form].partition(";")[0]
    for name in (kind, kind.partition("/")[0] + "/*", "*/*"):
        likings = [liking for range_, liking in ranges if range_ == name]
        if likings:
            return max(likings)
    return 0.0
