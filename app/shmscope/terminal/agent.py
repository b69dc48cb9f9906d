"""`shmscope agent`: this host's server without a port, which speaks to a hub until Ctrl-C."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing, contextmanager
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
from shmscope.terminal.handshake import explain
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
        hubs: Where the hub is, as `HOST:PORT`.
        identity: Who it is under TLS.
        configuration: Layouts that the user gave, and what looking may cost.
        access: Which arrays are shown.
        log_form: Of the log's lines.
        log_level: The least that is logged.
    """

    place: Place
    carrier: Mapping[str, Any]
    hubs: tuple[str, ...]
    identity: Identity
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
    identity = Identity(**files)
    check_identity(identity, connects=True)
    return AgentService(
        place=Place(given["site"], host, new_agent()),
        carrier=carrier,
        hubs=given["hub"],
        identity=identity,
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
            hubs = ", ".join(service.hubs)
            print(f"shmscope: {host} speaks to {hubs}  (Ctrl-C stops)", flush=True)
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
    first = asyncio.FIRST_COMPLETED
    await asyncio.wait(both, timeout=PATIENCE_S, return_when=first)
    if not (opening.done() or ending.done()):
        with _explaining(service):
            await asyncio.wait(both, return_when=first)
    if not opening.done():
        return None
    ending.cancel()
    return opening.result()


@contextmanager
def _explaining(service: AgentService) -> Iterator[None]:
    """Say within the block that the hub is waited for, and what may be wrong."""
    ended = threading.Event()
    _say(f"waiting for the hub: {', '.join(service.hubs)}")
    asked = service.hubs, service.identity, ended, _say
    threading.Thread(target=explain, args=asked, name="fleet-explaining", daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def _say(line: str) -> None:
    print(f"shmscope: {line}", file=sys.stderr, flush=True)


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
