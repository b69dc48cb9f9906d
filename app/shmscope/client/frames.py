"""One subscription to an array's values, without any socket: messages in, frames out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from shmscope.client.columns import plain, records
from shmscope.client.problems import error_of
from shmscope.client.wire import decode_message
from shmscope.errors import MessageError, ShmscopeError, SourceGoneError
from shmscope.layout.dtypes import parse_dtype

Verdict: TypeAlias = Literal["clean", "torn", "unverified"]

PROTOCOL: Final = 1
NUMBER: Final = 1  # of the one subscription that a connection has
UNKNOWN_S: Final = 5.0  # so long a server may need to find an array after it was started


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What a selection held at one moment.

    Attributes:
        values: The values, in the array's own dtype; read-only.
        seq: Counts the frames of a connection from 1; a server that was restarted begins anew.
        taken_unix_s: When the copy was made.
        lag_s: How old it was when the server sent it.
        skipped: Frames passed over since the one before, by the server or here: newer ones came.
        verdict: ``clean``, ``torn`` by a write, or ``unverified`` where nobody counts writes.
        attempts: How many copies were made to get a clean one.
        coverage: What part of a large array is there in full; the rest is by stride.
        difference: What `against` found, or None.
        schema: What the values are of: docs/stream.md names its fields.
    """

    values: np.ndarray[Any, Any]
    seq: int
    taken_unix_s: float
    lag_s: float
    skipped: int
    verdict: Verdict
    attempts: int
    coverage: float
    difference: dict[str, Any] | None
    schema: dict[str, Any]

    @property
    def reduced(self) -> tuple[int, ...] | None:
        """Elements of the array that one value stands for along each axis, None if all came."""
        reduced = self.schema["reduced"]
        return None if reduced is None else tuple(reduced)

    def after(self, passed: Frame) -> Frame:
        """Return this with a frame that came before it counted as skipped."""
        return replace(self, skipped=self.skipped + passed.skipped + 1)

    def __repr__(self) -> str:
        shape = self.values.shape
        return f"<Frame {self.seq} {self.values.dtype} {shape} {self.verdict}>"


class Feed:
    """The state of a subscription, over as many connections as it takes.

    Args:
        wish: Array, selection and lens, as docs/stream.md has them.
        token: What the server asks for, or None.

    Attributes:
        period_s: How often frames are asked for.
        unknown: Set while the server does not know the array; it may yet find it.
    """

    def __init__(self, wish: Mapping[str, Any], token: str | None = None) -> None:
        self.period_s = 1 / wish["rate_hz"]
        self.unknown: ShmscopeError | None = None
        self._wish = {"type": "subscribe", "id": NUMBER, "topic": "values", **wish}
        self._token = token
        self._schema: dict[str, Any] = {}

    def opening(self) -> list[str]:
        """Return what is said first on a new connection."""
        self.unknown, self._schema = None, {}
        auth = [] if self._token is None else [{"type": "auth", "token": self._token}]
        return [json.dumps(message) for message in (*auth, self._wish)]

    def ack(self, frame: Frame) -> str:
        """Return the message that a frame, and all before it, were seen."""
        return json.dumps({"type": "ack", "id": NUMBER, "seq": frame.seq})

    def take(self, data: bytes | str) -> Frame | None:
        """Take in a message, and return the frame that it is if it is one.

        Raises:
            SourceGoneError: the array is gone.
            ShmscopeError: as the server says, or what it says makes no sense.
        """
        head, body = decode_message(data)
        try:
            return self._handle(head, body)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, ShmscopeError):
                raise
            raise MessageError(f"the server sent a {head['type']} that lacks {error}") from None

    def _handle(self, head: dict[str, Any], body: Any) -> Frame | None:
        kind = head["type"]
        if kind == "hello" and head["protocol"] != PROTOCOL:
            raise MessageError(
                f"the server speaks protocol {head['protocol']}; this client knows {PROTOCOL}",
                value=head["protocol"],
                limit=PROTOCOL,
            )
        if kind == "gone":
            raise SourceGoneError(body["detail"], value=self._wish["array"])
        if kind == "schema":
            self._schema, self.unknown = body, None
        if kind == "error" and head["id"] == NUMBER:  # else of a token that nobody asked for
            self._note(body)
        return self._frame(head, body) if kind == "frame" else None

    def _note(self, document: dict[str, Any]) -> None:
        error = error_of(document, document["status"], about_array=True)
        if document["status"] != HTTPStatus.NOT_FOUND:
            raise error
        self.unknown = error

    def _frame(self, head: dict[str, Any], body: dict[str, Any]) -> Frame:
        dtype, shape = parse_dtype(self._schema["dtype"]), body["shape"]
        columns = body.get("columns")
        values = (
            plain(body["values"], dtype, shape)
            if columns is None
            else records(columns, dtype, shape)
        )
        values.flags.writeable = False
        return Frame(
            values,
            head["seq"],
            body["taken_unix_s"],
            head["lag_s"],
            head["skipped"],
            body["verdict"],
            body["attempts"],
            body["coverage"],
            body["difference"],
            self._schema,
        )
