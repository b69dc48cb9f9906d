"""The line between a socket and a session: what is read and written without a task between."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.reading import decode_message
from tests.web.running import Running
from tests.web.watching import deaf, values, watching
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from shmscope.publishing.array import SharedArray
from shmscope.web.line import (
    EXTENSION,
    NEEDED,
    LineProtocol,
    can_lend,
    ends_whole,
    header_of,
    read_short_text,
)

data_opcodes = st.sampled_from([Opcode.TEXT, Opcode.BINARY])
control_opcodes = st.sampled_from([Opcode.PING, Opcode.PONG, Opcode.CLOSE])
frames = st.tuples(data_opcodes, st.integers(0, 400)) | st.tuples(
    control_opcodes, st.integers(0, 99)
)


def framed(opcode: Opcode, data: bytes, *, fin: bool = True, mask: bool = True) -> bytes:
    """Return a frame as another implementation makes it."""
    return Frame(opcode, data, fin).serialize(mask=mask)


@given(st.text(max_size=125).map(str.encode).filter(lambda data: len(data) < 126))
def test_a_short_text_is_read_as_another_implementation_wrote_it(data: bytes) -> None:
    assert read_short_text(framed(Opcode.TEXT, data)) == data.decode()


@given(data_opcodes, st.binary(max_size=130), st.booleans(), st.booleans())
def test_only_a_whole_masked_short_text_is_read(
    opcode: Opcode, data: bytes, fin: bool, mask: bool
) -> None:
    found = read_short_text(framed(opcode, data, fin=fin, mask=mask))
    is_short_text = opcode is Opcode.TEXT and fin and mask and len(data) < 126
    assert found is None or (is_short_text and found.encode() == data)


def test_a_text_that_is_no_utf_8_is_not_read() -> None:
    assert read_short_text(framed(Opcode.TEXT, b"\xff")) is None


@given(st.binary())
def test_no_bytes_raise(data: bytes) -> None:
    read_short_text(data)
    ends_whole(data)


@given(st.lists(frames, min_size=1, max_size=5))
def test_whole_frames_end_whole_and_no_part_of_them_does(sent: list[tuple[Opcode, int]]) -> None:
    parts = [framed(opcode, bytes(size)) for opcode, size in sent]
    whole = b"".join(parts)
    ends = {sum(map(len, parts[: count + 1])) for count in range(len(parts))}
    for end in range(1, len(whole) + 1):
        assert ends_whole(whole[:end]) == (end in ends)


@pytest.mark.parametrize(
    "data",
    [framed(Opcode.TEXT, b"a", fin=False), framed(Opcode.TEXT, bytes(1 << 16))],
    ids=["piece", "large"],
)
def test_a_piece_of_a_message_and_a_large_frame_are_not_looked_through(data: bytes) -> None:
    assert not ends_whole(data)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536])
def test_a_header_is_that_of_another_implementation(size: int) -> None:
    assert header_of(size) + bytes(size) == framed(Opcode.BINARY, bytes(size), mask=False)


def messages_of(sock: socket.socket, kind: str) -> dict[str, Any]:
    """Read messages until one of a kind comes; return its body."""
    reader = sock.makefile("rb")
    while True:
        first, size = reader.read(2)
        assert first == 0x82
        if size > 125:
            size = int.from_bytes(reader.read(2 if size == 126 else 8), "big")
        head, body = decode_message(reader.read(size))
        if head["type"] == kind:
            found: dict[str, Any] = body
            return found


@pytest.mark.parametrize("cut", [1, 3, 7, 20])
def test_a_message_cut_anywhere_is_heard(served: Running, cut: int) -> None:
    question = framed(Opcode.TEXT, b'{"type": "subscribe", "id": 1, "topic": "overview"}')
    with deaf(served) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(question[:cut])
        messages_of(sock, "hello")  # so the first piece has most likely been read by itself
        sock.sendall(question[cut:])
        assert "arrays" in messages_of(sock, "frame")


def test_a_message_in_pieces_is_heard(served: Running) -> None:
    text = b'{"type": "subscribe", "id": 1, "topic": "overview"}'
    with deaf(served) as sock:
        sock.sendall(framed(Opcode.TEXT, text[:9], fin=False) + framed(Opcode.CONT, text[9:]))
        assert "arrays" in messages_of(sock, "frame")


def test_messages_that_come_together_are_heard_in_their_order(served: Running) -> None:
    first = framed(Opcode.TEXT, b'{"type": "subscribe", "id": 1, "topic": "overview"}')
    second = framed(Opcode.TEXT, b'{"type": "unsubscribe", "id": 1}')
    with deaf(served) as sock:
        sock.sendall((first + second) * 20 + framed(Opcode.TEXT, b"?"))
        assert "JSON" in messages_of(sock, "error")["detail"]


@pytest.mark.parametrize("name", NEEDED)
def test_a_line_is_lent_only_where_the_protocol_has_all_that_it_needs(name: str) -> None:
    protocol = SimpleNamespace(**dict.fromkeys(NEEDED))
    assert can_lend(protocol)
    delattr(protocol, name)
    assert not can_lend(protocol)


def test_a_line_that_is_not_lent_asks_nothing_of_its_protocol(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passed_on: list[object] = []
    for name in ("send_receive_event_to_app", "resume_writing", "data_received"):
        monkeypatch.setattr(WebSocketsSansIOProtocol, name, lambda *given: passed_on.append(given))
    line = LineProtocol.__new__(LineProtocol)  # with none of the attributes
    line.send_receive_event_to_app()
    line.resume_writing()
    line.data_received(b"?")
    assert passed_on == [(line,), (line,), (line, b"?")]


def test_a_server_without_a_line_serves_the_same(
    heat: tuple[SharedArray, str], served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[bool] = []
    connect = LineProtocol.handle_connect

    def watched(line: LineProtocol, event: Any) -> None:
        connect(line, event)
        offered.append(EXTENSION in line.scope["extensions"])

    monkeypatch.setattr(LineProtocol, "handle_connect", watched)
    monkeypatch.setattr("shmscope.web.line.NEEDED", (*NEEDED, "of_another_version"))
    with watching(served) as page:
        page.subscribe(1, **values(heat[1]))
        seqs = [page.next_of("frame")[0]["seq"] for _ in range(10)]
    assert seqs == list(range(1, 11))
    assert offered == [False]
