"""What runs behind the handlers, from the application's start to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, nullcontext

from fastapi import FastAPI

from shmscope.publishing.segment import SHM_DIR
from shmscope.sampling.attendance import UNATTENDED_TICK_S
from shmscope.sampling.sampler import Sampler, SamplerThread
from shmscope.sources.configuration import Configuration
from shmscope.sources.survey import Surveyor
from shmscope.web.access import Access
from shmscope.web.allowance import Quota
from shmscope.web.fleet_face import Fleet
from shmscope.web.fleet_part import FleetPart
from shmscope.web.hub import Hub
from shmscope.web.limits import Limits
from shmscope.web.requests import Requests


class Works:
    """A sampler, a hub of the stream, and a fleet where there is one; see `create_app`.

    Attributes:
        hub: All clients of the stream.
        sampler: Looks at the arrays of this host.
        requests: Those under way.
        part: The fleet; None without one.
    """

    def __init__(
        self,
        name: str,
        configuration: Configuration,
        quota: Quota,
        limits: Limits,
        access: Access,
        fleet: Fleet | None,
    ) -> None:
        self.hub = Hub(name, quota=quota, limits=limits, ceiling=configuration.ceiling)
        self.requests = Requests(limits)
        self._surveyor = Surveyor(lambda: (SHM_DIR, *configuration.roots))
        self.sampler = Sampler(
            name,
            self.hub.deliver,
            surveys=self._surveyor,
            configuration=configuration,
            permits=access.permits,
            unattended_tick_s=UNATTENDED_TICK_S,
        )
        self.part = None if fleet is None else FleetPart(fleet, name, self.hub.deliver_encoded)

    @asynccontextmanager
    async def running(self, _: FastAPI) -> AsyncIterator[None]:
        """Start everything, and end it with the application."""
        demand = self.sampler.demand
        self.hub.bind(demand, None if self.part is None else self.part.places(demand))
        stack = ExitStack()
        stack.enter_context(self._surveyor)
        stack.enter_context(SamplerThread(self.sampler))
        await asyncio.to_thread(stack.enter_context, self.part or nullcontext())  # it may wait
        try:
            yield
        finally:
            self.requests.end_all()
            await asyncio.to_thread(stack.close)  # waits for the thread
