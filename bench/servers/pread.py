"""What a server written for one file only would be: it reads where it is told, and nothing else."""

from __future__ import annotations

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def make_app(folder: str) -> Starlette:
    """Return an application that answers with bytes of the file values.npy."""
    fd = os.open(f"{folder}/values.npy", os.O_RDONLY)

    async def values(request: Request) -> Response:
        query = request.query_params
        data = os.pread(fd, int(query["size"]), int(query["offset"]))
        return Response(data, media_type="application/octet-stream")

    return Starlette(routes=[Route("/values", values)])
