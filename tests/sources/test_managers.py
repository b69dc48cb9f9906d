"""Managers: slow, mortal, and not to be trusted."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.sources.liars import KEY, Liar, Line, answering, prove
from tests.sources.puppets import Puppet
from tests.sources.reading import block_of, descriptors, manager_of
from tests.waiting import until

from shmscope.errors import (
    SourceError,
    SourceForbiddenError,
    SourceGoneError,
    SourceTruncatedError,
)
from shmscope.publishing.process import parse_stat
from shmscope.sources import managers
from shmscope.sources.managers import ManagerObject

SCALAR: Any = np.float64(1).__reduce__()[0]  # what numpy's own pickles call
EVAL: Any = eval
START = "manager = multiprocessing.get_context('fork').Manager()"


@pytest.fixture
def manager(puppet: Puppet) -> Puppet:
    """Return a process that has started a Manager, its `manager`."""
    puppet.do(START)
    return puppet


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "sock")


def ask(address: str, user: int | None = None) -> ManagerObject:
    return ManagerObject(address, KEY, "7f00", os.getuid() if user is None else user)


def published(manager: Puppet, name: str, made: str) -> ManagerObject:
    manager.do(f"proxy = manager.{made}; shared = shmscope.publish({name!r}, proxy)")
    return manager_of(name)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("list([1, 2, 3])", np.array([1, 2, 3])),
        ("list([[1.5, 2.5], [3.5, 4.5]])", np.array([[1.5, 2.5], [3.5, 4.5]])),
        ("list([True, False])", np.array([True, False])),
        ("list([1 + 2j])", np.array([1 + 2j])),
        ("list(['a', 'bc'])", np.array(["a", "bc"])),
        ("list([np.float32(0.5), np.float32(2)])", np.array([0.5, 2], "f4")),
        ("list([np.int8(-1)])", np.array([-1], "i1")),
        ("list([])", np.array([])),
        ("Array('d', [0.25, 4])", np.array([0.25, 4])),
        ("Array('b', [1, -1])", np.array([1, -1], "i1")),
        ("Value('i', 42)", np.array(42)),
        ("Value('d', 0.5)", np.array(0.5)),
    ],
)
def test_objects_are_read_as_arrays(
    name: str, manager: Puppet, made: str, expected: np.ndarray[Any, Any]
) -> None:
    values = published(manager, name, made).read()
    assert values.dtype == expected.dtype
    np.testing.assert_array_equal(values, expected)


def test_dict_is_read_as_records_of_key_and_value(name: str, manager: Puppet) -> None:
    values = published(manager, name, "dict(a=1, b=2)").read()
    assert values.dtype.names == ("key", "value")
    assert values["key"].tolist() == ["a", "b"]
    assert values["value"].tolist() == [1, 2]


def test_array_of_characters_is_read_as_something(name: str, manager: Puppet) -> None:
    with_text = published(manager, name, "list([None, 'x', 3])").read()
    assert with_text.tolist() == ["None", "x", "3"]


def test_reading_again_uses_the_same_connection(address: str) -> None:
    with Liar(address, answering([1])) as liar:
        found = ask(address)
        for _ in range(3):
            found.read()
        assert liar.accepted == 1
        found.close()
        assert liar.hung_up.wait(10)


def test_wrong_key_is_refused_and_leaves_no_connection(name: str, manager: Puppet) -> None:
    published(manager, name, "list([1])")
    said = block_of(name)[1].description
    before = descriptors()
    stranger = ManagerObject(said.address or "", b"wrong", said.token or "", os.getuid())
    with pytest.raises(SourceForbiddenError, match="does not accept the published key"):
        stranger.read()
    assert descriptors() == before
    assert manager_of(name).read().tolist() == [1]


def test_manager_of_another_user_is_not_even_asked(address: str) -> None:
    with Liar(address, answering([1])) as liar:
        with pytest.raises(SourceForbiddenError, match="only one's own are asked"):
            ask(address, os.getuid() + 1).read()
        assert liar.accepted == 0


def test_socket_of_another_user_gets_no_word(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    claimed = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: claimed)  # the block is ours, the socket is not
    with Liar(address, answering([1])) as liar:
        with pytest.raises(SourceForbiddenError, match=f"belongs to user {claimed - 1}"):
            ask(address, claimed).read()
        assert liar.hung_up.wait(10)


def test_killed_manager_is_gone(name: str, manager: Puppet) -> None:
    found = published(manager, name, "list([1])")
    found.read()
    manager.do("manager._process.kill(); manager._process.join()")
    before = descriptors()
    with pytest.raises(SourceGoneError):
        found.read()
    with pytest.raises(SourceGoneError):
        found.read()
    assert len(descriptors()) == len(before) - 1


def test_stopped_manager_is_an_error_within_two_seconds_and_recovers(
    name: str, manager: Puppet
) -> None:
    found = published(manager, name, "list([1])")
    found.read()
    server = manager.do("manager._process.pid")
    os.kill(server, signal.SIGSTOP)
    try:
        until(lambda: parse_stat(Path(f"/proc/{server}/stat").read_bytes())[0] == "T")
        for _ in range(2):  # over the connection there was, and over a new one
            started = time.monotonic()
            with pytest.raises(SourceError, match="did not answer within 1 s"):
                found.read()
            assert time.monotonic() - started < 2
    finally:
        os.kill(server, signal.SIGCONT)
    assert found.read().tolist() == [1]


def test_deleted_object_is_gone(name: str, manager: Puppet) -> None:
    published(manager, name, "list([1])")
    said = block_of(name)[1].description
    token = manager.do("other = manager.list([2]); token = other._token.id") or manager.do("token")
    found = ManagerObject(said.address or "", bytes.fromhex(said.authkey or ""), token, os.getuid())
    assert found.read().tolist() == [2]
    manager.do("del other")
    with pytest.raises(SourceGoneError, match="does not hold the object any more"):
        found.read()


class Calls:
    """Is pickled as a call of a function."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call


def hostile_dtype() -> bytes:
    """Return numpy's pickle of a scalar whose dtype hides that its bytes are a pointer."""
    state = (3, "|", None, ("a",), {"a": (np.dtype("O"), 0)}, 8, 1, 0)

    class Dtype:
        def __reduce__(self) -> tuple[Any, ...]:
            return np.dtype, ("V8", False, True), state

    return pickle.dumps(("#RETURN", [Calls(SCALAR, Dtype(), b"\x10" * 8)]))


HOSTILE: dict[str, Callable[[str], bytes]] = {
    "call of os.system": lambda mark: answering(Calls(os.system, f"touch {mark}")),
    "call in a list": lambda mark: answering([1, [Calls(os.mkdir, mark)]]),
    "call in place of the kind": lambda mark: pickle.dumps((Calls(os.mkdir, mark), 1)),
    "eval": lambda mark: answering(Calls(EVAL, f"__import__('os').mkdir({mark!r})")),
    "import of a module": lambda _: b"cthe_hostile_module\nname\n.",
    "attribute of a dotted name": lambda _: b"\x80\x04\x8c\x05array\x8c\x0earray.__init__\x93.",
    "dtype that hides a pointer": lambda _: hostile_dtype(),
    "dtype of objects": lambda _: answering(Calls(SCALAR, np.dtype("O"), b"")),
    "whole numpy array": lambda _: answering(np.arange(3)),
    "no pair": lambda _: pickle.dumps(3),
    "nothing": lambda _: b"",
    "ends too early": lambda _: answering([1, 2, 3])[:-3],
    "no pickle": lambda _: b"\xff" * 100,
    "traceback": lambda _: pickle.dumps(("#TRACEBACK", "Traceback: something")),
    "unknown kind": lambda _: pickle.dumps(("#SURPRISE", None)),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_hostile_answer_is_refused_and_nothing_is_executed(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    mark = tmp_path / "executed"
    (tmp_path / "the_hostile_module.py").write_text(f"import os; os.mkdir({str(mark)!r}); name = 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    with Liar(address, HOSTILE[how](str(mark))) as liar:
        with pytest.raises(SourceError) as caught:
            ask(address).read()
        assert not isinstance(caught.value, SourceGoneError)
        assert liar.hung_up.wait(10)
    assert not mark.exists()
    assert "the_hostile_module" not in sys.modules


def test_hostile_greeting_is_refused(address: str, tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    greeting = answering(Calls(os.mkdir, str(mark)))
    with Liar(address, answering([1]), greeting=greeting), pytest.raises(SourceError):
        ask(address).read()
    assert not mark.exists()


def test_manager_that_refuses_the_connection_says_why(address: str) -> None:
    refusal = pickle.dumps(("#TRACEBACK", "no"))
    liar = Liar(address, answering([1]), greeting=refusal)
    with liar, pytest.raises(SourceError, match="did not accept the connection: #TRACEBACK"):
        ask(address).read()


@pytest.mark.parametrize(
    "welcome",
    [
        pytest.param(lambda line: line.send_bytes(b"hello"), id="something else"),
        pytest.param(lambda line: line.close(), id="silence"),
        pytest.param(lambda line: line.send_bytes(b"x" * 1000), id="too much"),
    ],
)
def test_listener_that_is_no_manager_is_an_error(
    address: str, welcome: Callable[[Line], object]
) -> None:
    before = descriptors()
    with Liar(address, answering([1]), welcome=welcome), pytest.raises(SourceError):
        ask(address).read()
    until(lambda: len(descriptors()) <= len(before))  # the liar's own thread closes its end, too


def test_manager_that_hangs_up_within_an_answer_is_gone(address: str) -> None:
    def half(line: Line) -> None:
        prove(line)
        line.recv_bytes()
        os.write(line.fileno(), struct.pack("!i", 1000) + b"half")
        line.close()

    liar = Liar(address, b"", welcome=half)
    with liar, pytest.raises(SourceGoneError):
        ask(address).read()


def test_answer_that_is_too_large_is_refused_before_it_is_taken_in(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managers, "MAX_ANSWER_BYTES", 1000)
    liar = Liar(address, answering(list(range(10_000))))
    with liar, pytest.raises(SourceTruncatedError, match="larger than 1000 bytes"):
        ask(address).read()


@pytest.mark.parametrize(
    "where",
    ["/nowhere/at/all", "@shmscope-test-nobody", "/" + "long" * 60, "/dev/null", "/tmp"],
    ids=["missing", "abstract", "too long", "device", "directory"],
)
def test_address_without_a_manager_is_gone(where: str) -> None:
    with pytest.raises(SourceGoneError):
        ask(where).read()


def test_manager_at_an_abstract_address_is_read(name: str) -> None:
    with Liar(f"\0{name}", answering([1, 2])):
        assert ask(f"@{name}").read().tolist() == [1, 2]


def test_socket_that_may_not_be_opened_is_forbidden(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_socket: socket.socket, path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(SourceForbiddenError, match="may not be asked"):
        ask(address).read()
