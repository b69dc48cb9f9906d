"""What a hub has beside what every server has: other hosts, in the stream, in REST, as pages."""

from __future__ import annotations

from typing import Self

from fastapi import FastAPI

from shmscope.fleet.relay import Tell
from shmscope.sampling.demand import Demand
from shmscope.web import fleet_pages, fleet_rest
from shmscope.web.fleet_board import FleetBoard
from shmscope.web.fleet_face import Fleet
from shmscope.web.fleet_forward import Forward
from shmscope.web.fleet_places import Places


class FleetPart:
    """The fleet as a part of the application.

    Args:
        fleet: The hosts.
        own: Name of the hub's own host.
        tell: Takes what is new about a topic, from any thread.
    """

    def __init__(self, fleet: Fleet, own: str, tell: Tell) -> None:
        self._fleet, self._own, self._tell = fleet, own, tell
        self._board = FleetBoard(fleet, own, tell)

    def places(self, demand: Demand) -> Places:
        """Return where topics are asked; `demand` takes those of the hub's own host."""
        return Places(self._own, demand, self._fleet.demand, self._board.demand)

    def furnish(self, app: FastAPI) -> None:
        """Add routes and pages, and pass on what is asked of other hosts."""
        app.include_router(fleet_rest.router)
        app.include_router(fleet_pages.router)
        app.add_middleware(Forward, fleet=self._fleet, own=self._own)

    def __enter__(self) -> Self:
        self._fleet.start(self._tell)
        self._board.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._board.__exit__()
        self._fleet.close()
