"""What of another host's answer is passed on. All of it is hostile input.

Only the kinds of answers that the API knows are passed on, for a page of a host that is not to be
trusted would else be one of this server.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Final

from starlette.types import Send

from shmscope.errors import ShmscopeError
from shmscope.web.fleet_face import RemoteAnswer
from shmscope.web.problems import MEDIA_TYPE

_LENGTH: Final = "content-length"
_PASSED_ON: Final = frozenset(
    {"accept-ranges", "content-disposition", "content-type", "etag", "retry-after", "vary"}
)
_OWN_HEADERS: Final = "x-shmscope-"
_MEDIA_TYPES: Final = frozenset(
    {"application/json", MEDIA_TYPE, "application/x-npy", "application/octet-stream"}
    | {"text/csv", "image/png"}
)
_NOT_MODIFIED: Final = 304
_STATUSES: Final = frozenset({200, 304, *range(400, 500), 503})
# Source: RFC 9110, 5.1 and 5.5.
_NAME: Final = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_SIZE: Final = re.compile(r"[0-9]{1,19}")

log = logging.getLogger(__name__)


def is_known(answer: RemoteAnswer) -> bool:
    """Whether an answer is one that the API has, and can be passed on."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    bare = answer.status == _NOT_MODIFIED
    return (
        answer.status in _STATUSES
        and (bare or kind in _MEDIA_TYPES)
        and _SIZE.fullmatch(answer.headers.get(_LENGTH, "0")) is not None
        and all(_NAME.fullmatch(name) and _VALUE.fullmatch(text) for name, text in _kept(answer))
    )


async def pass_on(answer: RemoteAnswer, send: Send, *, is_head: bool) -> None:
    """Send an answer as it comes; one that ends too early is cut, and its client sees that.

    Args:
        answer: One that `is_known`.
        send: To whom asked.
        is_head: Whether only the headers are wanted.
    """
    is_empty = is_head or answer.status == _NOT_MODIFIED
    size = answer.headers.get(_LENGTH) if is_empty else str(answer.size_bytes)
    headers = [*_kept(answer), *([] if size is None else [(_LENGTH, size)])]
    encoded = [(name.encode("ascii"), text.encode("latin-1")) for name, text in headers]
    start = {"status": answer.status, "headers": encoded}
    await send({"type": "http.response.start", **start})
    try:
        if not is_empty:
            async for piece in answer.body:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
    except ShmscopeError as error:
        log.warning("an answer was cut short: %s", error.detail)
        return
    await send({"type": "http.response.body", "body": b""})


def _kept(answer: RemoteAnswer) -> Iterator[tuple[str, str]]:
    """Yield the headers that are passed on: no host sets a cookie, or says what a page may do."""
    for name, text in answer.headers.items():
        if name in _PASSED_ON or name.startswith(_OWN_HEADERS):
            yield name, text
