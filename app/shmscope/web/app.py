"""The application: one sampler, one hub, and the handlers around them."""

from __future__ import annotations

import asyncio
import logging
import mimetypes
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

import shmscope
from shmscope.errors import ShmscopeError
from shmscope.publishing.segment import SHM_DIR
from shmscope.sampling.attendance import UNATTENDED_TICK_S
from shmscope.sampling.sampler import Sampler, SamplerThread
from shmscope.sources.configuration import Configuration
from shmscope.sources.survey import Surveyor
from shmscope.web import healthz, keeping, metrics, pages, reference, rest
from shmscope.web.access import LOOPBACK, Access
from shmscope.web.allowance import QUOTA, Quota
from shmscope.web.assets import VersionedFiles
from shmscope.web.at_once import AtOnce
from shmscope.web.bodies import BodyLimit
from shmscope.web.describing import describe
from shmscope.web.guard import SECURITY_HEADERS, Guard
from shmscope.web.heads import HeadAsGet
from shmscope.web.hub import Hub
from shmscope.web.limits import LIMITS, Limits
from shmscope.web.problems import MEDIA_TYPE, encode_problem, problem, problem_of
from shmscope.web.requests import RequestLimit, Requests
from shmscope.web.shortcut import Shortcut
from shmscope.web.stream import stream

log = logging.getLogger(__name__)


def create_app(
    host: str | None = None,
    configuration: Configuration | None = None,
    quota: Quota = QUOTA,
    limits: Limits = LIMITS,
    *,
    access: Access = LOOPBACK,
) -> FastAPI:
    """Return the application.

    Args:
        host: Name of this machine in ids; default its host name.
        configuration: Layouts that the user gave, and further folders of shared memory.
        quota: What each client of the stream may be sent a second.
        limits: What clients and requests may ask for.
        access: Who may connect, and what they may see.
    """
    name = host or socket.gethostname()
    given = configuration or Configuration(None)
    hub = Hub(name, quota=quota, limits=limits, ceiling=given.ceiling)
    requests = Requests(limits)
    surveyor = Surveyor(lambda: (SHM_DIR, *given.roots))
    sampler = Sampler(
        name,
        hub.deliver,
        surveys=surveyor,
        configuration=given,
        permits=access.permits,
        unattended_tick_s=UNATTENDED_TICK_S,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        hub.bind(sampler.demand)
        stack = ExitStack()
        stack.enter_context(surveyor)
        stack.enter_context(SamplerThread(sampler))
        try:
            yield
        finally:
            requests.end_all()
            await asyncio.to_thread(stack.close)  # waits for the thread

    app = FastAPI(
        title="shmscope",
        version=shmscope.__version__,
        description="An oscilloscope for shared memory: every shared array on this machine.",
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.hub, app.state.sampler, app.state.limits = hub, sampler, limits
    app.state.requests = requests
    _add_routes(app)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # as FastAPI's guide has it
    app.add_middleware(BodyLimit, most_bytes=limits.body_bytes)
    app.add_middleware(RequestLimit, requests=requests)
    app.add_middleware(Shortcut, at_once=AtOnce(sampler.answers, limits.rest_points))
    app.add_middleware(HeadAsGet)
    app.add_middleware(Guard, access=access)  # the outermost: strangers are refused first
    _add_error_handlers(app)
    return app


def _add_routes(app: FastAPI) -> None:
    for part in (rest, keeping, metrics):
        app.include_router(part.router, dependencies=[Depends(_attend)])
    for part in (pages, healthz, reference):
        app.include_router(part.router)
    app.add_api_websocket_route("/api/v1/stream", stream)
    mimetypes.init()  # reads files: here, not on the event loop when the first script is asked for
    app.mount("/static", VersionedFiles(pages.STATIC, pages.assets))


async def _attend(request: Request) -> None:
    """Tell the sampler that somebody asks."""
    request.app.state.sampler.demand.ask()


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(ShmscopeError)
    def known(request: Request, error: ShmscopeError) -> Response:
        return _answer(request, problem_of(error))

    @app.exception_handler(HTTPException)
    def of_http(request: Request, error: HTTPException) -> Response:
        detail = f"{request.method} {request.url.path[:200]}: {error.detail}"
        answer = _answer(request, problem(error.status_code, detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(RequestValidationError)
    def of_query(request: Request, error: RequestValidationError) -> Response:
        first: dict[str, Any] = dict(error.errors()[0])
        field = ".".join(str(part) for part in first["loc"][1:])
        detail, limits = f"{field}: {first['msg']}", first.get("ctx", {})
        limit = limits.get("le", limits.get("ge", limits.get("expected")))
        value = str(first.get("input"))[:200]
        return _answer(request, problem(422, detail, value=value, limit=limit))

    @app.exception_handler(Exception)
    def unknown(request: Request, error: Exception) -> Response:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        answer = _answer(request, problem(500, "The server failed; its log says how."))
        answer.headers.update(SECURITY_HEADERS)  # this one is answered outside of the guard
        return answer


def _answer(request: Request, document: dict[str, Any]) -> Response:
    """Answer a program with a problem document and a person with a page."""
    is_api = request.url.path.startswith(("/api/", "/static/"))
    if not is_api and "text/html" in request.headers.get("accept", ""):
        return pages.problem_page(request, document)
    body = encode_problem(document)
    return Response(body, document["status"], media_type=MEDIA_TYPE)
