"""The page of another host of the fleet: the host's page, asked through the hub."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shmscope.web.pages import page_context, templates

router = APIRouter(include_in_schema=False)


@router.get("/hosts/{host}")
def host(request: Request, host: str) -> HTMLResponse:
    """Show a host's shared memory; the page says where there is no such host."""
    return templates.TemplateResponse(request, "host.html", page_context(request, host))
