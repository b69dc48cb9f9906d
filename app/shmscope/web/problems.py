"""Errors as users meet them: RFC 9457 problem documents, the same over REST and the stream."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from shmscope import errors
from shmscope.web.wire import encode_json

MEDIA_TYPE = "application/problem+json"

# The first that fits counts.
_STATUSES: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (errors.UnknownArrayError, HTTPStatus.NOT_FOUND),
    (errors.UnknownHostError, HTTPStatus.NOT_FOUND),
    (errors.UnknownCopyError, HTTPStatus.NOT_FOUND),
    (errors.UnknownWatchError, HTTPStatus.NOT_FOUND),
    (errors.ArrayNameError, HTTPStatus.NOT_FOUND),
    (errors.SourceGoneError, HTTPStatus.GONE),
    (errors.SourceForbiddenError, HTTPStatus.FORBIDDEN),
    (errors.SourceError, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.LimitError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (errors.BusyError, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.OverdueError, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.UnreachableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.SelectionError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.QueryError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.AcceptError, HTTPStatus.NOT_ACCEPTABLE),
    (errors.ShmscopeError, HTTPStatus.BAD_REQUEST),
)


def problem(
    status: int,
    detail: str,
    *,
    value: object = None,
    limit: object = None,
    field: str | None = None,
) -> dict[str, Any]:
    """Return a problem document.

    Args:
        status: HTTP status code.
        detail: One sentence for people.
        value: The offending value, where there is one.
        limit: What would have been accepted, where there is a limit.
        field: Which field of what the user gave is wrong, where it is one.
    """
    found: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": _encodable(detail),
    }
    if value is not None:
        found["value"] = value if isinstance(value, int | float) else _encodable(str(value))
    if limit is not None:
        found["limit"] = limit if isinstance(limit, int | float) else _encodable(str(limit))
    if field is not None:
        found["field"] = _encodable(field)
    return found


def _encodable(text: str) -> str:
    """Return `text` without lone surrogates, which JSON can smuggle in and UTF-8 cannot hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def problem_of(error: errors.ShmscopeError) -> dict[str, Any]:
    """Return the problem document of a known error."""
    status = next(status for kind, status in _STATUSES if isinstance(error, kind))
    return problem(status, error.detail, value=error.value, limit=error.limit, field=error.field)


def encode_problem(document: dict[str, Any]) -> bytes:
    """Return a problem document as JSON."""
    return encode_json(document)
