"""Problem documents as the errors that they were on the server."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from shmscope import errors

_ERRORS: Final[dict[int, type[errors.ShmscopeError]]] = {
    HTTPStatus.BAD_REQUEST: errors.MessageError,
    HTTPStatus.UNAUTHORIZED: errors.AccessError,
    HTTPStatus.FORBIDDEN: errors.AccessError,
    HTTPStatus.NOT_FOUND: errors.UnknownArrayError,
    HTTPStatus.NOT_ACCEPTABLE: errors.AcceptError,
    HTTPStatus.GONE: errors.SourceGoneError,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: errors.LimitError,
    HTTPStatus.UNPROCESSABLE_ENTITY: errors.QueryError,
    HTTPStatus.TOO_MANY_REQUESTS: errors.LimitError,
    HTTPStatus.SERVICE_UNAVAILABLE: errors.BusyError,
}
_OF_ARRAYS: Final[dict[int, type[errors.ShmscopeError]]] = {
    HTTPStatus.FORBIDDEN: errors.SourceForbiddenError,
    HTTPStatus.UNPROCESSABLE_ENTITY: errors.SelectionError,
    HTTPStatus.SERVICE_UNAVAILABLE: errors.SourceError,
}
_OF_LAYOUTS: Final = frozenset({"layout", "dtype", "shape", "offset", "strides"})


def error_of(document: Any, status: int, *, about_array: bool = False) -> errors.ShmscopeError:
    """Return the error that a problem document tells of.

    Args:
        document: As it came, which may be anything.
        status: Of the answer that it came with.
        about_array: Whether an array was asked for: it may be what is wrong, not the request.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("detail"), str):
        return errors.ShmscopeError(
            f"the server answered with status {status} and no reason", value=status
        )
    field = document.get("field")
    return _kind(status, field, about_array)(
        document["detail"],
        value=document.get("value"),
        limit=document.get("limit"),
        field=field if isinstance(field, str) else None,
    )


def _kind(status: int, field: object, about_array: bool) -> type[errors.ShmscopeError]:
    if about_array and status in _OF_ARRAYS:
        return _OF_ARRAYS[status]
    if status == HTTPStatus.BAD_REQUEST and field in _OF_LAYOUTS:
        return errors.LayoutError
    return _ERRORS.get(status, errors.ShmscopeError)
