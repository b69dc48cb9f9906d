"""What the tests of the web floor share: a server, arrays, a page, a session without a socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest
from tests.web.arrays import ARRAYS, api
from tests.web.running import Running, running
from tests.web.sessions import HEAT, ask, drained
from tests.web.watching import Watcher, watching

import shmscope
from shmscope.publishing.array import SharedArray
from shmscope.web.session import Session


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    """A server for all tests of a module."""
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def paths(served: Running) -> Iterator[dict[str, str]]:
    """Paths of every array of `ARRAYS`, by its name there."""
    with ExitStack() as stack:
        for name, values in ARRAYS.items():
            array = stack.enter_context(shmscope.create(api(name), values.shape, values.dtype))
            array[...] = values
        yield {name: served.path_of(api(name)) for name in ARRAYS}


@pytest.fixture
def heat(served: Running, name: str) -> Iterator[tuple[SharedArray, str]]:
    """An array of 4 x 6 float32 and its id."""
    with shmscope.create(name, (4, 6), "f4", unit="°C", labels=list("abcdef")) as array:
        array[...] = np.arange(24).reshape(4, 6)
        yield array, served.id_of(name)


@pytest.fixture
def watcher(served: Running) -> Iterator[Watcher]:
    """A page."""
    with watching(served) as page:
        yield page


@pytest.fixture
def session() -> Session:
    """A session that has said hello."""
    fresh = Session({"server": "abc"})
    assert next(drained(fresh)) == ({"type": "hello", "protocol": 1}, {"server": "abc"})
    return fresh


@pytest.fixture
def subscribed(session: Session) -> Session:
    """A session that watches values as 1, at 60 Hz."""
    ask(session, id=1, rate_hz=60, **HEAT)
    return session
