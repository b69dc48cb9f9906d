"""What an agent keeps of answers: counted from their first byte on, frames and requests apart."""

from __future__ import annotations

import pytest

from shmscope.errors import BusyError, LimitError, MessageError, SourceGoneError
from shmscope.fleet import messages
from shmscope.fleet.copies import DONE_S, KEPT_S, MOST_COPIES, Copies
from shmscope.fleet.room import Room, Share

LARGE = messages.MOST_WHOLE_BYTES + 1


class Clock:
    """Seconds, as a test says."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize("kind", [bytes, bytearray])
def test_what_is_small_comes_whole_and_what_is_large_in_pieces(
    clock: Clock, kind: type[bytes | bytearray]
) -> None:
    copies = Copies(clock)
    small, number = copies.pack({"a": 1}, kind(b"xyz"))
    assert (messages.decode(small), number) == ({"a": 1, "whole": b"xyz"}, None)
    body = bytes(range(256)) * 1200
    large, number = copies.pack({}, kind(body))
    assert messages.decode(large) == {"copy": number, "size": len(body)}
    assert number is not None
    pieces = [copies.piece(number, at) for at in range(0, len(body), messages.PIECE_BYTES)]
    assert b"".join(pieces) == body
    assert {type(piece) for piece in pieces} == {bytes}
    with pytest.raises(MessageError):
        copies.piece(number, len(body))


def test_a_copy_goes_when_nobody_pulls_it_and_makes_room(clock: Clock) -> None:
    copies = Copies(clock, most_bytes=LARGE)
    _, number = copies.pack({}, bytes(LARGE))
    assert number is not None
    assert number in copies
    with pytest.raises(BusyError) as refused:
        copies.pack({}, bytes(LARGE))
    assert (refused.value.value, refused.value.limit) == (2 * LARGE, LARGE)
    clock.now_s += KEPT_S
    assert copies.piece(number, 0)
    clock.now_s += KEPT_S
    assert copies.piece(number, messages.PIECE_BYTES)
    clock.now_s += DONE_S + 1
    assert copies.pack({}, bytes(LARGE))[1] == number + 1
    assert copies.room.size_bytes == copies.size_bytes == LARGE
    with pytest.raises(SourceGoneError):
        copies.piece(number, 0)
    copies.drop(number + 1)
    copies.drop(number + 1)
    copies.drop(None)
    assert copies.room.size_bytes == copies.size_bytes == 0


def test_copies_are_bounded_in_number_and_each_in_size(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = Copies(clock)
    for _ in range(MOST_COPIES):
        copies.pack({}, bytes(LARGE))
    with pytest.raises(BusyError):
        copies.pack({}, bytes(LARGE))
    monkeypatch.setattr(messages, "MOST_COPY_BYTES", LARGE)
    with pytest.raises(LimitError):
        Copies(clock).pack({}, bytes(LARGE + 1))


def test_shares_of_a_room_are_counted_together_and_given_back() -> None:
    room = Room(100)
    with Share(room, 80) as one, Share(room, 80) as other:
        one.take(60)
        with pytest.raises(LimitError):
            one.take(21)
        with pytest.raises(BusyError):
            other.take(41)
        other.take(40)
        assert room.size_bytes == 100
    assert room.size_bytes == 0
