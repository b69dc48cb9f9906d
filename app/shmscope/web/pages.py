"""The pages. They hold no values: scripts fetch these from the stream.

Handlers are plain functions, for Jinja looks at template files, which would block the event loop.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.templating import Jinja2Templates

import shmscope
from shmscope.layout.names import ArrayId
from shmscope.sampling.rows import laid_out
from shmscope.web.assets import Assets
from shmscope.web.first_view import first_view

PACKAGE = Path(shmscope.__file__).parent
STATIC = PACKAGE / "static"
RULES = "/speculation-rules"
assets = Assets(STATIC)
templates = Jinja2Templates(PACKAGE / "templates")
router = APIRouter(include_in_schema=False)


def page_context(request: Request, host: str | None = None) -> dict[str, object]:
    """Return what every page is made of.

    Args:
        request: For the page.
        host: Whom it is about, where that is another host of a fleet.
    """
    version, own = assets.look(), request.app.state.sampler.roster.host
    is_hub = request.app.state.fleet is not None
    is_remote = is_hub and host not in (None, own)
    return {
        "version": shmscope.__version__,
        "assets": f"/static/{version}",
        "modules": lambda *entries: assets.modules(entries, version),
        "host": host if is_remote else own,
        "hub": own if is_hub else None,
        "is_remote": is_remote,
        "host_page": f"/hosts/{quote(str(host), safe='')}" if is_remote else "/host",
    }


@router.get("/")
def overview(request: Request) -> HTMLResponse:
    """Show all arrays; a browser that can makes ready the page of one that is pointed at."""
    context, headers = page_context(request), {"Speculation-Rules": f'"{RULES}"'}
    return templates.TemplateResponse(request, "overview.html", context, headers=headers)


@router.get(RULES)
def rules() -> Response:
    """Tell a browser which pages to make ready before a click: those of arrays, when pointed at.

    Source: https://html.spec.whatwg.org/multipage/speculative-loading.html
    """
    wanted = {"where": {"href_matches": "/arrays/*"}, "eagerness": "moderate"}
    return JSONResponse({"prerender": [wanted]}, media_type="application/speculationrules+json")


@router.get("/host")
def host(request: Request) -> HTMLResponse:
    """Show the host's shared memory: who fills it, its health, and what changed when."""
    return templates.TemplateResponse(request, "host.html", page_context(request))


@router.get("/arrays/{host}/{segment}/{name}")
def array(request: Request, host: str, segment: str, name: str) -> HTMLResponse:
    """Show one array, or say on the page that it is not there."""
    array_id = ArrayId(host, segment, name)
    trace = request.app.state.sampler.roster.by_id.get(array_id)
    context = {**page_context(request, host), "array_id": str(array_id), "name": name}
    if trace is not None:
        context |= {"first": [first_view(trace.layout)], "layout": dict(laid_out(trace.layout))}
    return templates.TemplateResponse(request, "array.html", context)


@router.get("/together")
def together(request: Request) -> HTMLResponse:
    """Show several arrays side by side; the page reads from its own address which."""
    return templates.TemplateResponse(request, "together.html", page_context(request))


def problem_page(request: Request, document: dict[str, object]) -> HTMLResponse:
    """Show a problem to a person."""
    status = int(str(document["status"]))
    context = {**page_context(request), **document}
    return templates.TemplateResponse(request, "problem.html", context, status_code=status)
