"""Ask a server from a program: `connect`, then list, read and watch its arrays by their own names.

It needs what the server needs anyway: websockets and cbor2 for the stream; REST goes through the
standard library. `import shmscope` does without all of that until `connect` is asked for.
"""

from __future__ import annotations

from shmscope.client.asynchronous import AsyncClient, AsyncRemoteArray, connect_async
from shmscope.client.frames import Frame
from shmscope.client.questions import Snapshot
from shmscope.client.synchronous import Client, RemoteArray, connect

__all__ = [
    "AsyncClient",
    "AsyncRemoteArray",
    "Client",
    "Frame",
    "RemoteArray",
    "Snapshot",
    "connect",
    "connect_async",
]
