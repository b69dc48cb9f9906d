"""`shmscope agent`: this host's server without a port, which speaks to a hub until Ctrl-C."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from shmscope.fleet.agent import Agent
from shmscope.fleet.endpoints import Identity
from shmscope.fleet.keys import Place, check_name, new_agent
from shmscope.fleet.zenoh_carrier import ZenohCarrier, check_engine, open_carrier
from shmscope.fleet.zenoh_settings import AgentSettings, agent_settings
from shmscope.sources.ceilings import Ceiling
from shmscope.sources.configuration import Configuration
from shmscope.sources.process_facts import printable
from shmscope.terminal.credentials import check_identity
from shmscope.terminal.given import Given
from shmscope.terminal.logs import Form, logging_to_stderr
from shmscope.web.access import Access
from shmscope.web.agent_local import LocalServer
from shmscope.web.app import create_app

PATIENCE_S: Final = 3.0  # until it is said that the hub is waited for

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AgentService:
    """All that was said of an agent.

    Attributes:
        place: Site, host and this start.
        carrier: The carrier's settings.
        hubs: Where the hub is, for people.
        configuration: Layouts that the user gave, and what looking may cost.
        access: Which arrays are shown.
        log_form: Of the log's lines.
        log_level: The least that is logged.
    """

    place: Place
    carrier: Mapping[str, Any]
    hubs: str
    configuration: Configuration
    access: Access
    log_form: Form
    log_level: str


def agent_of(given: Given, configuration: Configuration) -> AgentService:
    """Return the agent that was asked for.

    Raises:
        ConfigurationError: no hub was named, what was given contradicts itself, or the certificate
            cannot be used.
        PlatformError: the extra is not installed.
    """
    check_engine()
    configuration.ceiling = Ceiling(cpu_share=given["cpu_budget"], bytes_per_s=given["read_budget"])
    host = check_name(given["name"] or socket.gethostname(), "--name")
    files = {name: given[name] for name in ("certificate", "key", "authority")}
    settings = AgentSettings(hubs=given["hub"], host=host, site=given["site"], **files)
    carrier = agent_settings(settings)
    check_identity(Identity(**files), connects=True)
    return AgentService(
        place=Place(given["site"], host, new_agent()),
        carrier=carrier,
        hubs=", ".join(given["hub"]),
        configuration=configuration,
        access=Access(allow=given["allow"], deny=given["deny"]),
        log_form=given["log_format"],
        log_level=given["log_level"],
    )


def run(service: AgentService) -> None:
    """Speak for this host until a signal ends it.

    Raises:
        AddressError: the carrier cannot start.
    """
    with logging_to_stderr(service.log_form, service.log_level):
        asyncio.run(_speak(service))


async def _speak(service: AgentService) -> None:
    ended = _ended_by_signals()
    app = create_app(service.place.host, service.configuration, access=service.access)
    async with app.router.lifespan_context(app):
        carrier = await _connected(service, ended)
        if carrier is None:
            return
        with closing(carrier):
            host = printable(service.place.host)
            print(f"shmscope: {host} speaks to {service.hubs}  (Ctrl-C stops)", flush=True)
            await Agent(service.place, carrier, LocalServer(app)).run(ended)


def _ended_by_signals() -> asyncio.Event:
    """Return what Ctrl-C, SIGTERM and a terminal that goes away set."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
            loop.add_signal_handler(number, ended.set)
    return ended


async def _connected(service: AgentService, ended: asyncio.Event) -> ZenohCarrier | None:
    """Return the carrier once the hub answers; None where the agent is to end before."""
    opening = asyncio.wrap_future(_open_aside(service.carrier))
    ending = asyncio.ensure_future(ended.wait())
    both: set[asyncio.Future[Any]] = {opening, ending}
    for patience_s in (PATIENCE_S, None):
        first = asyncio.FIRST_COMPLETED
        await asyncio.wait(both, timeout=patience_s, return_when=first)
        if opening.done():
            ending.cancel()
            return opening.result()
        if ending.done():
            return None
        print(f"shmscope: waiting for the hub: {service.hubs}", file=sys.stderr, flush=True)
    raise AssertionError


def _open_aside(settings: Mapping[str, Any]) -> Future[ZenohCarrier]:
    """Open the carrier in a thread that nobody waits for at the end: it waits for the hub."""
    found: Future[ZenohCarrier] = Future()

    def opening() -> None:
        try:
            found.set_result(open_carrier(settings))
        except Exception as error:  # noqa: BLE001 - whoever waits for it raises it
            found.set_exception(error)

    threading.Thread(target=opening, name="fleet-opening", daemon=True).start()
    return found
