"""The application: the handlers around what runs behind them."""

from __future__ import annotations

import logging
import mimetypes
import socket
from functools import partial
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

import shmscope
from shmscope.errors import ShmscopeError
from shmscope.sources.configuration import Configuration
from shmscope.web import healthz, keeping, metrics, pages, reference, rest
from shmscope.web.access import LOOPBACK, Access
from shmscope.web.allowance import QUOTA, Quota
from shmscope.web.assets import VersionedFiles
from shmscope.web.at_once import AtOnce
from shmscope.web.bodies import BodyLimit
from shmscope.web.describing import describe
from shmscope.web.fleet_face import Fleet
from shmscope.web.guard import Guard
from shmscope.web.heads import HeadAsGet
from shmscope.web.limits import LIMITS, Limits
from shmscope.web.problems import MEDIA_TYPE, encode_problem, problem, problem_of
from shmscope.web.requests import RequestLimit, Requests
from shmscope.web.shortcut import Shortcut
from shmscope.web.stream import stream
from shmscope.web.works import Works

log = logging.getLogger(__name__)


def create_app(
    host: str | None = None,
    configuration: Configuration | None = None,
    quota: Quota = QUOTA,
    limits: Limits = LIMITS,
    *,
    access: Access = LOOPBACK,
    fleet: Fleet | None = None,
) -> FastAPI:
    """Return the application.

    Args:
        host: Name of this machine in ids; default its host name.
        configuration: Layouts that the user gave, and further folders of shared memory.
        quota: What each client of the stream may be sent a second.
        limits: What clients and requests may ask for.
        access: Who may connect, and what they may see.
        fleet: The hosts of a hub; ended with the application.
    """
    given = configuration or Configuration(None)
    works = Works(host or socket.gethostname(), given, quota, limits, access, fleet)
    app = _bare(works)
    app.state.hub, app.state.sampler = works.hub, works.sampler
    app.state.limits, app.state.fleet, app.state.requests = limits, fleet, works.requests
    _add_routes(app)
    if works.part is not None:
        works.part.furnish(app)
    _add_error_handlers(app)
    _wrap(app, works.requests, access)
    return app


def _bare(works: Works) -> FastAPI:
    """Return an application that answers nothing yet."""
    app = FastAPI(
        title="shmscope",
        version=shmscope.__version__,
        description="An oscilloscope for shared memory: every shared array on this machine.",
        lifespan=works.running,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # as FastAPI's guide has it
    return app


def _wrap(app: FastAPI, requests: Requests, access: Access) -> None:
    """Put around the application what every request goes through, the innermost first.

    The framework has layers of its own around those that it is given. What it need not see is
    answered before them, and strangers are refused before all.
    """
    limits, answers = requests.limits, app.state.sampler.answers
    app.add_middleware(BodyLimit, most_bytes=limits.body_bytes)
    app.add_middleware(RequestLimit, requests=requests)
    ordinary = app.build_middleware_stack()
    shortcut = Shortcut(ordinary, AtOnce(answers, limits.rest_points))
    app.middleware_stack = Guard(HeadAsGet(shortcut), access)


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
        return _answer(request, problem(500, "The server failed; its log says how."))


def _answer(request: Request, document: dict[str, Any]) -> Response:
    """Answer a program with a problem document and a person with a page."""
    is_api = request.url.path.startswith(("/api/", "/static/"))
    if not is_api and "text/html" in request.headers.get("accept", ""):
        return pages.problem_page(request, document)
    body = encode_problem(document)
    return Response(body, document["status"], media_type=MEDIA_TYPE)
