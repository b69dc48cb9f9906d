"""What live streams share, whether one waits for frames or a loop does.

A frame is acknowledged when the loop's body is done with it, so that the server sends the newest
there is by then. Two frames are under way, though: behind a slow body the second of them is old
already when its turn comes. Then the one after it, which the server sends at once, is waited for.
"""

from __future__ import annotations

import json
from typing import Any, Final

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from shmscope.client.address import Address
from shmscope.client.problems import error_of
from shmscope.errors import AccessError, LimitError, ShmscopeError

# How to open a connection: no proxy, for arrays are near; no compression, for it costs more than
# the bytes; frames are as large as was asked for.
OPTIONS: Final[dict[str, Any]] = {
    "compression": None,
    "proxy": None,
    "max_size": None,
    "close_timeout": 2,
}
LOST: Final = (ConnectionClosed, InvalidHandshake, OSError)
SLOW_PERIODS: Final = 2  # a body that takes longer is one behind which frames grow old
NEWER_WITHIN_S: Final = 0.5
_POLICY, _TRY_AGAIN = 1008, 1013
_TEMPORARY: Final = 500  # a server that answers so, or with more, may be about to stop or to start


def refusal(error: Exception, address: Address) -> ShmscopeError | None:
    """Return why the server wants no connection; None where it went and may come back."""
    if isinstance(error, ShmscopeError):
        return error
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        return None if status >= _TEMPORARY else error_of(_document(error), status)
    if isinstance(error, ConnectionClosed) and error.rcvd is not None:
        if error.rcvd.code == _POLICY:
            return AccessError(f"{address.base}: {error.rcvd.reason or 'access refused'}")
        if error.rcvd.code == _TRY_AGAIN:
            return LimitError(f"{address.base}: {error.rcvd.reason or 'too many clients'}")
    return None


def _document(error: InvalidStatus) -> object:
    try:
        found: object = json.loads(error.response.body or b"")
    except ValueError:
        return None
    return found
