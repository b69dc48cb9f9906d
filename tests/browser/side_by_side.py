"""Arrays to be looked at side by side, shared by the test itself."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np

import shmscope

CUBE = (5, 24, 32)
SMALL = (3, 16, 16)
TICKET = np.dtype([("time", "<f8"), ("price", "<f4")])


@dataclass(frozen=True)
class Shared:
    """Names of arrays that stand still: two of three axes, a line, and records.

    Attributes:
        prefix: How all begin.
    """

    prefix: str
    cube: str
    small: str
    line: str
    tickets: str


@contextmanager
def shared_arrays() -> Iterator[Shared]:
    """Share the arrays as long as the block runs."""
    prefix = f"side{os.getpid()}_{secrets.token_hex(3)}"
    names = Shared(prefix, *(f"{prefix}-{what}" for what in ("cube", "small", "line", "tickets")))
    with ExitStack() as stack:
        cube = stack.enter_context(shmscope.create(names.cube, CUBE, "f4", unit="mm"))
        small = stack.enter_context(shmscope.create(names.small, SMALL, "f4", unit="mm"))
        line = stack.enter_context(shmscope.create(names.line, 500, "f8"))
        tickets = stack.enter_context(shmscope.create(names.tickets, 40, TICKET))
        cube[:] = np.arange(np.prod(CUBE), dtype="f4").reshape(CUBE)
        small[:] = np.arange(np.prod(SMALL), dtype="f4").reshape(SMALL)
        line[:] = np.sin(np.arange(500) / 20)
        tickets["price"] = np.arange(40)
        yield names
