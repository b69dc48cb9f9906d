"""An oscilloscope for shared memory.

A program that shares arrays needs three words of this package:

    temps = shmscope.create("temps", shape=(512, 512), dtype="f4", unit="°C")
    temps = shmscope.open("temps", mode="r+")        # in another process
    with temps.writing() as array:                    # one counted write
        array[:] = step(array)

and, for arrays that exist already, `publish`. Importing it loads numpy and the standard library
only. A program that looks at a server asks for `connect`, which loads `shmscope.client`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shmscope.publishing.api import create, open, publish  # noqa: A004 - the field's word
from shmscope.publishing.array import Published, SharedArray

if TYPE_CHECKING:
    from shmscope import client
    from shmscope.client import connect, connect_async

__version__ = "0.1.0"
__all__ = [
    "Published",
    "SharedArray",
    "__version__",
    "client",
    "connect",
    "connect_async",
    "create",
    "open",
    "publish",
]


def __getattr__(name: str) -> Any:
    """Load the client when it is asked for: writers do without."""
    if name not in ("client", "connect", "connect_async"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - writers do without

    client = importlib.import_module("shmscope.client")
    return client if name == "client" else getattr(client, name)
