"""A Manager's objects, read through its socket: the one source whose reading costs its owner time.

Answers are pickles, so three things stand between them and this process: the control block that
named the Manager belongs to this user, so does the process behind the socket, and the unpickler
knows nothing but plain values.
"""

from __future__ import annotations

import array
import io
import os
import pickle
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from typing import Any, cast

import numpy as np

from shmscope.errors import (
    ShmscopeError,
    SourceError,
    SourceForbiddenError,
    SourceGoneError,
    SourceTruncatedError,
)
from shmscope.layout.dtypes import parse_dtype
from shmscope.layout.excerpts import excerpt
from shmscope.layout.objects import as_array
from shmscope.sources.process_facts import printable

TIMEOUT_S = 1.0
MAX_ANSWER_BYTES = 64 << 20
MAX_KIND = 40
MAX_REASON = 200
_PEER = struct.Struct("3i")


class ManagerObject:
    """One object of a Manager: a list, dict, Array or Value.

    Args:
        address: Path of the Manager's socket; an abstract one begins with ``@``.
        authkey: The Manager's key.
        token: The object's id in the Manager.
        user: User id that the Manager's process must have.
    """

    def __init__(self, address: str, authkey: bytes, token: str, user: int) -> None:
        self._address = address
        self._authkey = authkey
        self._token = token
        self._user = user
        self._connection: Connection | None = None

    def read(self) -> np.ndarray[Any, Any]:
        """Return the object's value now, as `layout.objects.as_array` sees it.

        Raises:
            SourceGoneError: the Manager, or the object, is gone.
            SourceForbiddenError: the Manager belongs to somebody else, or refused the key.
            SourceError: no answer within a second, or one that is no plain value.
        """
        try:
            with _distrusted():
                return as_array(self._ask())
        except SourceError:
            self.close()
            raise
        except (BlockingIOError, TimeoutError):
            self.close()
            raise SourceError(
                f"the Manager at {self._address} did not answer within {TIMEOUT_S:g} s",
                limit=TIMEOUT_S,
            ) from None
        except PermissionError as error:
            self.close()
            raise SourceForbiddenError(f"the Manager may not be asked: {error}") from None
        except (EOFError, OSError) as error:
            self.close()
            reason = str(error) or "it hung up"
            raise SourceGoneError(f"the Manager at {self._address} is gone: {reason}") from None

    def close(self) -> None:
        """Let go of the Manager; its thread for this connection ends."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self) -> object:
        if self._connection is None:
            self._connection = self._connect()
        self._connection.send((self._token, "#GETVALUE", (), {}))
        kind, result = _unpickle(_receive(self._connection))
        if kind == "#RETURN":
            return result
        said = result if isinstance(result, str) else excerpt(result, MAX_REASON)
        if "KeyError" in said:
            raise SourceGoneError("the Manager does not hold the object any more")
        raise SourceError(f"the Manager answered {kind}: {said[-MAX_REASON:]!r}")

    def _connect(self) -> Connection:
        if self._user != os.getuid():
            raise SourceForbiddenError(
                f"the Manager was published by user {self._user}; only one's own are asked",
                value=self._user,
                limit=os.getuid(),
            )
        path = self._address.replace("@", "\0", 1) if self._address[:1] == "@" else self._address
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            peer.settimeout(TIMEOUT_S)
            peer.connect(path)
            self._check_peer(peer)
            limit = struct.pack("ll", int(TIMEOUT_S), int(TIMEOUT_S % 1 * 1e6))
            peer.setblocking(True)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
            connection = Connection(peer.detach())
        finally:
            peer.close()
        return self._greet(connection)

    def _check_peer(self, peer: socket.socket) -> None:
        credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        _, user, _ = _PEER.unpack(credentials)
        if user != self._user:
            raise SourceForbiddenError(
                f"the Manager belongs to user {user}, its control block to {self._user}",
                value=user,
                limit=self._user,
            )

    def _greet(self, connection: Connection) -> Connection:
        """Prove to know the key, and have the Manager prove it too."""
        try:
            answer_challenge(connection, self._authkey)
            deliver_challenge(connection, self._authkey)
            connection.send((None, "accept_connection", (f"shmscope-{os.getpid()}",), {}))
            kind, _ = _unpickle(_receive(connection))
        except AuthenticationError:
            connection.close()
            raise SourceForbiddenError("the Manager does not accept the published key") from None
        except BaseException:
            connection.close()
            raise
        if kind != "#RETURN":
            connection.close()
            raise SourceError(f"the Manager did not accept the connection: {kind}")
        return connection


def _receive(connection: Connection) -> bytes:
    try:
        return connection.recv_bytes(MAX_ANSWER_BYTES)
    except OSError as error:
        if "bad message length" in str(error):
            raise SourceTruncatedError(
                f"the Manager's answer is larger than {MAX_ANSWER_BYTES} bytes",
                limit=MAX_ANSWER_BYTES,
            ) from None
        raise


@contextmanager
def _distrusted() -> Iterator[None]:
    """Turn what a hostile answer makes fail into a SourceError; a broken line stays what it is."""
    try:
        yield
    except (SourceError, EOFError, OSError):
        raise
    except ShmscopeError as error:
        raise SourceError(
            f"the Manager's answer cannot be shown: {error.detail}",
            value=error.value,
            limit=error.limit,
        ) from None
    except Exception as error:  # noqa: BLE001 - a pickle can fail in any way that it likes
        raise SourceError(f"the Manager's answer cannot be read: {error!r:.120}") from None


class _Plain:
    """Stands for an object of multiprocessing.managers.Value: keeps its state, runs nothing."""

    _value: object = None


class _Dtype:
    """Stands for a numpy.dtype, whose own state could say that pointers are numbers."""

    def __init__(self, spec: str, *_: object) -> None:
        self.spec = spec
        self.order = "="

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, self.order, subarray, names, *_ = state
        if subarray is not None or names is not None:
            raise SourceError("the Manager's object holds records; only plain values can be shown")


def _scalar(dtype: _Dtype, data: bytes) -> object:
    """Rebuild a numpy scalar of a plain element type."""
    return np.frombuffer(data, parse_dtype(dtype.order + dtype.spec.lstrip("<>|=")), 1)[0]


_ALLOWED: dict[tuple[str, str], Any] = {
    ("multiprocessing.managers", "Value"): _Plain,
    ("array", "_array_reconstructor"): cast(Any, array)._array_reconstructor,  # noqa: SLF001 - pickles name it
    ("array", "array"): array.array,
    ("builtins", "complex"): complex,
    ("numpy", "dtype"): _Dtype,
    ("numpy._core.multiarray", "scalar"): _scalar,
    ("numpy.core.multiarray", "scalar"): _scalar,
}


class _PlainUnpickler(pickle.Unpickler):
    """Reads plain values only; a name that is not allowed is refused, never imported."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            return _ALLOWED[module, name]
        named = printable(f"{module}.{name}"[:MAX_REASON])
        raise SourceError(
            f"the Manager's object holds a {named}; only plain values can be shown", value=named
        )


def _unpickle(data: bytes) -> tuple[str, object]:
    with _distrusted():
        try:
            kind, result = _PlainUnpickler(io.BytesIO(data)).load()
        except EOFError:
            raise SourceError("the Manager's answer ends too early") from None
    word = printable(kind[:MAX_KIND]) if isinstance(kind, str) else excerpt(kind, MAX_KIND)
    return word, result._value if isinstance(result, _Plain) else result  # noqa: SLF001 - its name in the pickle
