"""Serve one of the applications beside this file, with the settings that shmscope's server has.

It runs in the peer's environment, where shmscope is not: nothing of it may be imported here.
"""

from __future__ import annotations

import importlib
import socket
import sys

import uvicorn


def main(name: str, descriptor: str, *arguments: str) -> None:
    """Serve the application `name` on an inherited socket that listens."""
    app = importlib.import_module(f"bench.servers.{name}").make_app(*arguments)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        server_header=False,
        access_log=False,
        log_level="warning",
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(descriptor))])


main(*sys.argv[1:])
