"""`/healthz`: whether the server does its work, for those who would start it anew.

It tells nothing else, and so needs no token.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from shmscope.sampling.sampler import Sampler
from shmscope.web.problems import MEDIA_TYPE, encode_problem, problem

PATH: Final = "/healthz"
STUCK_S: Final = 10.0  # a tick comes twice a second, and is held back by two seconds at most

router = APIRouter(include_in_schema=False)


@router.get(PATH)
async def healthz(request: Request) -> Response:
    """Tell whether the sampler ticks; on the event loop, for threads may be what is missing."""
    sampler: Sampler = request.app.state.sampler
    if sampler.idle_s() <= STUCK_S:
        return Response("ok\n", media_type="text/plain")
    detail = f"nothing was looked at for more than {STUCK_S:g} s"
    return Response(encode_problem(problem(503, detail, limit=STUCK_S)), 503, media_type=MEDIA_TYPE)
