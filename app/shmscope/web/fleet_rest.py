"""The REST API of a hub, beside that of every server: its hosts. docs/rest.md describes it."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from shmscope.web.describing import answers_with
from shmscope.web.fleet_face import Fleet
from shmscope.web.queries import known_parameters, takes_json
from shmscope.web.responses import json_answer

router = APIRouter(
    prefix="/api/v1/fleet",
    default_response_class=Response,
    dependencies=[Depends(known_parameters), Depends(takes_json)],
    tags=["fleet"],
)


@router.get(
    "/hosts", operation_id="fleet_hosts", responses=answers_with("FleetHosts", "The hosts.", 406)
)
def hosts(request: Request) -> Response:
    """Return the other hosts, whether they can be reached, and how their arrays are."""
    fleet: Fleet = request.app.state.fleet
    own: str = request.app.state.sampler.roster.host
    return json_answer({"host": own, "hosts": fleet.hosts()})


def remote_rows(fleet: Fleet | None, own: str, match: str, hosts: str) -> list[dict[str, Any]]:
    """Return rows of other hosts' arrays, by host and name.

    Args:
        fleet: Knows them; None without a fleet.
        own: Name of this host, whose rows are not among them.
        match: Shell pattern of names.
        hosts: Shell pattern of hosts.
    """
    if fleet is None:
        return []
    names = sorted(h["host"] for h in fleet.hosts() if fnmatchcase(h["host"], hosts))
    order: Callable[[dict[str, Any]], Any] = lambda row: (row["name"], row["id"])  # noqa: E731 - typed
    return [
        row
        for name in names
        if name != own
        for row in sorted(fleet.rows(name), key=order)
        if fnmatchcase(row["name"], match)
    ]
