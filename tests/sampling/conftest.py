"""A sampler whose clock stands still until it is told, over real control blocks and segments."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.sampling.stepping import Stepped
from tests.sources.puppets import Puppet

import shmscope


@pytest.fixture
def stepped(name: str) -> Iterator[Stepped]:
    """Yield a sampler that sees nothing but arrays whose names begin with `name`."""
    now_s = math.ceil(time.monotonic() * 8) / 8  # so that sums of ticks are exact
    with Stepped(name, now_s) as stepped:
        yield stepped


@pytest.fixture
def watched(stepped: Stepped) -> None:
    """Look at all arrays: else some rules are asked every few seconds only."""
    stepped.watch()


@pytest.fixture
def shared(name: str) -> Iterator[shmscope.SharedArray]:
    """Yield a published array of 6 rows and 4 columns, written once."""
    with shmscope.create(name, (6, 4), "f4", unit="V", label="me") as shared:
        shared[:] = range(4)
        yield shared


@pytest.fixture
def puppets() -> Iterator[Callable[[], Puppet]]:
    """Return what starts processes that do what they are told."""
    with ExitStack() as stack:

        def start() -> Puppet:
            puppet = stack.enter_context(Puppet())
            puppet.do("import multiprocessing, numpy as np, shmscope")
            return puppet

        yield start
