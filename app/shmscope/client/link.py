"""Questions over HTTP: connections that are kept, and one that was closed meanwhile is no error.

The standard library's client suffices: requests are small GETs, an answer is read as it comes, and
numpy reads a .npy file from it without a copy between; nothing more is to be installed.
"""

from __future__ import annotations

import json
from collections import deque
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final, TypeVar

from shmscope.client.address import Address
from shmscope.client.problems import error_of
from shmscope.client.questions import Question
from shmscope.errors import ShmscopeError

T = TypeVar("T")
TIMEOUT_S: Final = 60.0
_MAX_PROBLEM_BYTES: Final = 1 << 20


class Link:
    """Asks one server; any thread may.

    Args:
        address: Of the server.
        timeout_s: How long the server may be silent.
    """

    def __init__(self, address: Address, timeout_s: float) -> None:
        self.address = address
        self._timeout_s = timeout_s
        self._idle: deque[HTTPConnection] = deque()

    def ask(self, question: Question[T]) -> T:
        """Return what a question's answer holds.

        Raises:
            UnreachableError: no server answers, or not in time.
            ShmscopeError: as the server says.
        """
        connection, answer = self._answered(question)
        try:
            found = _read(answer, question)
            if question.unless is None:
                answer.read()  # what is left, for the connection is used again
        except (OSError, HTTPException) as error:
            connection.close()
            if isinstance(error, ShmscopeError):
                raise
            raise self.address.unreachable(_reason(error)) from None
        except BaseException:
            connection.close()
            raise
        if answer.will_close or not answer.isclosed():
            connection.close()
        else:
            self._idle.append(connection)
        return found

    def close(self) -> None:
        """Close all connections; another question opens a new one."""
        while self._idle:
            self._idle.pop().close()

    def _answered(self, question: Question[T]) -> tuple[HTTPConnection, HTTPResponse]:
        """Send a request, on a connection that is there or on a new one."""
        while self._idle:
            kept = self._idle.pop()
            try:
                return kept, self._send(kept, question)
            except (ConnectionError, HTTPException):  # closed by the server after some seconds
                kept.close()
            except BaseException:
                kept.close()
                raise
        fresh = self._connection()
        try:
            return fresh, self._send(fresh, question)
        except (OSError, HTTPException) as error:
            fresh.close()
            raise self.address.unreachable(_reason(error)) from None
        except BaseException:
            fresh.close()
            raise

    def _connection(self) -> HTTPConnection:
        host, port, tls = self.address.host, self.address.port, self.address.tls
        if tls is None:
            return HTTPConnection(host, port, timeout=self._timeout_s)
        return HTTPSConnection(host, port, timeout=self._timeout_s, context=tls)

    def _send(self, connection: HTTPConnection, question: Question[T]) -> HTTPResponse:
        token = self.address.token
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if question.unless is not None:
            headers["If-None-Match"] = question.unless
        connection.request("GET", question.path, headers=headers)
        return connection.getresponse()


def _read(answer: HTTPResponse, question: Question[T]) -> T:
    is_known = question.unless is not None and answer.status == HTTPStatus.NOT_MODIFIED
    if answer.status != HTTPStatus.OK and not is_known:
        raise error_of(_document(answer), answer.status, about_array=question.about_array)
    try:
        return question.read(answer)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, ShmscopeError):
            raise
        raise ShmscopeError(
            f"the answer to {question.path[:120]} is none of shmscope's", value=question.path[:120]
        ) from error


def _document(answer: HTTPResponse) -> object:
    try:
        found: object = json.loads(answer.read(_MAX_PROBLEM_BYTES))
    except ValueError:
        return None
    return found


def _reason(error: BaseException) -> str:
    """Return why, in words."""
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
