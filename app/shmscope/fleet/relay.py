"""What is watched of other hosts: one puller a topic, however many watch it.

A puller asks the owner for what is newer than what it has, and asks again once that has come: so
the newest wins, and a slow link is asked for no more than it carries. All of it is encoded already,
and is passed on as it came.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from shmscope.errors import MessageError, ShmscopeError, UnknownHostError, UnreachableError
from shmscope.fleet import messages
from shmscope.fleet.asking import Asking
from shmscope.fleet.cbor_items import check_body
from shmscope.fleet.hosts import Hosts
from shmscope.fleet.keys import Place
from shmscope.fleet.local import Kind
from shmscope.fleet.wishes import host_of, wish_of
from shmscope.sampling.demand import Demand, Ticket
from shmscope.sampling.topics import FleetTopic, OverviewTopic, Topic, ValuesTopic

# Takes a body that is encoded, of which kind it is, and when it was made on the hub's clock.
Tell: TypeAlias = Callable[[Topic, Kind, bytes, float], None]
# Encodes what is wrong as the body of an error.
Explain: TypeAlias = Callable[[ShmscopeError], bytes]

KINDS: Final[tuple[Kind, ...]] = ("schema", "frame", "gone", "error")
STATUS_HZ: Final = 4.0  # of topics without a rate: no tick is missed
SLOWEST_HZ: Final = 0.1
MOST_ITEMS: Final = 2  # of an answer: a schema, and what comes after it
_SMOOTH: Final = 0.3  # of how long pulling takes
_ROOMY: Final = 0.3  # of the time between two frames: twice as many would fit
_AGAIN_S: Final = 0.25  # until a host that cannot be asked is tried again
_LEAST_S: Final = 0.01  # between two questions: an agent that has nothing new waits itself

log = logging.getLogger(__name__)


class FleetDemand(Demand):
    """Who asks for what of other hosts.

    Args:
        changed: Called when a subscription came or went.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__()
        self._told = changed

    def add(self, topic: Topic, rate_hz: float = 2.0) -> Ticket:
        """Ask for `topic`, values at up to `rate_hz`."""
        ticket = super().add(topic, rate_hz)
        self._told()
        return ticket

    def drop(self, ticket: Ticket) -> None:
        """Ask no more."""
        super().drop(ticket)
        self._told()


class Relay:
    """Runs a puller for every topic that somebody watches. Belongs to one event loop.

    Args:
        hosts: What is known of them.
        asking: Asks their agents.
        explain: Encodes errors.

    Attributes:
        demand: Who watches what; may be used from any thread.
    """

    def __init__(self, hosts: Hosts, asking: Asking, explain: Explain) -> None:
        self._hosts, self._asking, self._explain = hosts, asking, explain
        self._tell: Tell = _nobody
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pullers: dict[Topic, asyncio.Task[None]] = {}
        self._review_due = threading.Event()
        self.demand = FleetDemand(self._stir)

    def start(self, tell: Tell) -> None:
        """Begin, on the running loop, to pass on what comes."""
        self._tell, self._loop = tell, asyncio.get_running_loop()
        self._review()

    async def stop(self) -> None:
        """End every puller."""
        self._loop = None
        pullers = list(self._pullers.values())
        for puller in pullers:
            puller.cancel()
        await asyncio.gather(*pullers, return_exceptions=True)

    def _stir(self) -> None:
        """Have the pullers reviewed, once for all changes until then."""
        if self._loop is not None and not self._review_due.is_set():
            self._review_due.set()
            self._loop.call_soon_threadsafe(self._review)

    def _review(self) -> None:
        self._review_due.clear()
        wanted = set(self.demand.topics())
        for topic in self._pullers.keys() - wanted:
            self._pullers.pop(topic).cancel()
        for topic in wanted - self._pullers.keys():
            if not isinstance(topic, OverviewTopic | FleetTopic):
                puller = _Puller(topic, self._hosts, self._asking, self.demand)
                task = asyncio.create_task(puller.run(self._tell, self._explain))
                self._pullers[topic] = task


class _Puller:
    """Pulls one topic from its host."""

    def __init__(self, topic: Topic, hosts: Hosts, asking: Asking, demand: Demand) -> None:
        self._topic, self._wish = topic, wish_of(topic)
        self._host = host_of(topic) or ""
        self._hosts, self._asking, self._demand = hosts, asking, demand
        self._look: tuple[str, int] = ("", 0)  # whose numbers they are, and the newest that came
        self._took_s, self._share = 0.0, 1.0
        self._trouble = ""

    async def run(self, tell: Tell, explain: Explain) -> None:
        """Pull until cancelled; what is wrong is told once, and tried again."""
        clock = asyncio.get_running_loop().time
        while True:
            begun_s = clock()
            try:
                await self._pull(tell)
                self._trouble = ""
                await asyncio.sleep(max(_LEAST_S - (clock() - begun_s), 0.0))
            except ShmscopeError as failure:
                error = _for_now(failure)
                kind = type(error).__name__
                if kind != self._trouble:
                    self._trouble, self._look = kind, ("", 0)
                    tell(self._topic, "error", explain(error), begun_s)
                await asyncio.sleep(_AGAIN_S)
            except Exception:  # unknown failures are logged; the others go on
                log.exception("what was watched of another host could not be pulled")
                await asyncio.sleep(4 * _AGAIN_S)

    async def _pull(self, tell: Tell) -> None:
        place = reachable(self._hosts, self._host, asyncio.get_running_loop().time())
        look, have = self._look
        question = {"topic": self._wish, "rate_hz": self._rate_hz(), "look": look, "have": have}
        answer = await self._asking.ask(place, "q/snapshot", question, messages.MOST_COPY_BYTES)
        found = messages.decode(await answer.whole())
        took_s = asyncio.get_running_loop().time() - answer.arrived_s
        self._took_s += _SMOOTH * (took_s - self._took_s)
        for kind, body, age_s in await _read_items(found):
            tell(self._topic, kind, body, answer.arrived_s - age_s)
        newest = messages.count(found, "newest")
        self._look = (messages.text(found, "look", 40), newest)

    def _rate_hz(self) -> float:
        """Return how often the owner is to look: no more often than the link carries.

        It is halved and doubled, for each change of it begins the owner's subscription anew.
        """
        if not isinstance(self._topic, ValuesTopic):
            return STATUS_HZ
        wanted = self._demand.values().get(self._topic, 1.0)
        while wanted * self._share > SLOWEST_HZ and wanted * self._share * self._took_s > 1:
            self._share /= 2
        if self._share < 1 and wanted * self._share * self._took_s < _ROOMY:
            self._share *= 2
        return max(wanted * self._share, SLOWEST_HZ)


def _for_now(error: ShmscopeError) -> ShmscopeError:
    """Return what is told: a hub that was just started knows no host yet, and a page waits."""
    if not isinstance(error, UnknownHostError):
        return error
    name = error.value
    return UnreachableError(
        f"no host called {name!r} has been seen since this hub was started", value=name
    )


def reachable(hosts: Hosts, name: str, now_s: float) -> Place:
    """Return whom to ask of a host.

    Raises:
        UnknownHostError: there is none of this name.
        UnreachableError: nobody would answer now.
    """
    host = hosts.get(name)
    shown = name[:80]
    if host is None:
        raise UnknownHostError(f"no host of the fleet is called {shown!r}", value=shown)
    place = host.place
    if place is not None:
        return place
    since_s = max(now_s - host.since_s, 0.0)
    raise UnreachableError(
        f"{_WHY[host.state].format(host=shown)}, for {since_s:.0f} s now", value=shown
    )


_WHY: Final = {
    "reachable": "the host {host!r} changes its agent",
    "unreachable": "the host {host!r} cannot be reached",
    "ended": "the agent of the host {host!r} was ended",
    "conflict": "several agents say that they are of the host {host!r}",
}


async def _read_items(found: messages.Plain) -> list[tuple[Kind, bytes, float]]:
    """Return what an answer holds; one body that cannot be read would end a page's whole stream."""
    items = messages.items(found, "items")
    if len(items) > MOST_ITEMS:
        raise MessageError(
            f"an answer holds {len(items):,} frames or words; {MOST_ITEMS} are taken",
            value=len(items),
            limit=MOST_ITEMS,
        )
    read = [_read_item(item) for item in items]
    for _, body, _ in read:
        if len(body) > messages.MOST_WHOLE_BYTES:
            await asyncio.to_thread(check_body, body)  # four million texts take a while
        else:
            check_body(body)
    return read


def _read_item(item: Any) -> tuple[Kind, bytes, float]:
    match item:
        case [str() as kind, bytes() as body, int() | float() as age_s] if age_s >= 0:
            for known in KINDS:
                if kind == known:
                    return known, body, float(age_s)
    raise MessageError("an answer holds what is no frame")


def _nobody(*_: object) -> None:
    """Take what comes before the start."""
