"""All hosts that a hub knows of: tokens and messages in. Pure: clocks are arguments.

A host has a name and belongs to a site. The name alone tells it from others, so whoever may speak
for one site could take the place of a host of another: a host's site is the one that the fleet's
members have for it, else that under which it was first heard of, and an agent of another is none
of its agents, whether or not the host can be reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from shmscope.errors import MessageError
from shmscope.fleet import messages
from shmscope.fleet.host import Agent, Host
from shmscope.fleet.keys import Place

ENDED_S: Final = 600.0
MOST_REST_BYTES: Final = 4096  # of a message, beside what passes: it is kept as Python's objects
MOST_HOSTS: Final = 10_000
MOST_AGENTS: Final = 8  # of one name


class Hosts:
    """All hosts. Changed by one thread, read by any.

    Args:
        own: Name of the hub's own host, which no agent may have.
        sites: By name, of hosts whose site is known beforehand.
    """

    def __init__(self, own: str, sites: Mapping[str, str] | None = None) -> None:
        self._own, self._sites = own, sites or {}
        self._hosts: dict[str, Host] = {}
        self._ran_s = float("-inf")

    def __iter__(self) -> Iterator[Host]:
        return iter(list(self._hosts.values()))

    def get(self, name: str) -> Host | None:
        """Return a host; None where it is not known."""
        return self._hosts.get(name)

    def site_of(self, name: str) -> str | None:
        """Return the site of a host; None where any may be."""
        host = self._hosts.get(name)
        return self._sites.get(name) if host is None else host.site

    def held_up(self, now_s: float) -> None:
        """Take in that nothing was taken in for a while, for the hub itself did not run."""
        self._ran_s = now_s

    def token(self, place: Place, now_s: float, *, is_there: bool) -> None:
        """Take in that an agent's token came or went."""
        agent = self._agent(place, now_s)
        if agent is None:
            return
        agent.is_there = is_there
        if is_there:
            agent.heard_s = now_s
        host = self._hosts[place.host]
        host.settle(now_s, self._ran_s)
        if not is_there and agent is not host.agent:
            host.agents.pop(place.agent, None)

    def hear(self, place: Place, body: bytes, now_s: float) -> None:
        """Take in an agent's message; one that is none is let pass.

        Raises:
            MessageError: it is none.
        """
        if len(body) > messages.MOST_QUESTION_BYTES:
            raise MessageError("a message of statistics is too large", value=len(body))
        agent = self._agent(place, now_s)
        if agent is not None:
            message = messages.decode(body)
            rest = len(body) - len(messages.data(message, "passing"))
            if rest > MOST_REST_BYTES:
                raise MessageError("a message of statistics has too much else", value=rest)
            agent.hear(message, now_s)
            self._hosts[place.host].settle(now_s, self._ran_s)

    def settle(self, now_s: float) -> None:
        """Bring all states up to date, and forget what ended long ago."""
        for host in self:
            host.settle(now_s, self._ran_s)
            if _is_over(host, now_s):
                self._hosts.pop(host.name, None)

    def _agent(self, place: Place, now_s: float) -> Agent | None:
        if self.site_of(place.host) not in (None, place.site):
            return None
        host = self._hosts.get(place.host)
        if host is None:
            if len(self._hosts) >= MOST_HOSTS and not self._make_room():
                return None
            host = Host(place, now_s, taken=place.host == self._own)
            self._hosts[place.host] = host
        agent = host.agents.get(place.agent)
        if agent is None:
            if len(host.agents) >= MOST_AGENTS and not _forget_one(host):
                return None
            agent = host.agents[place.agent] = Agent(place)
            if len(host.agents) == 1:
                host.agent = agent
        return agent

    def _make_room(self) -> bool:
        """Forget the host that is out of reach for longest; return whether there was one."""
        lost = [host for host in self if host.state in ("unreachable", "ended")]
        if not lost:
            return False
        del self._hosts[min(lost, key=lambda host: host.since_s).name]
        return True


def _is_over(host: Host, now_s: float) -> bool:
    """Whether a host can be forgotten: it ended long ago, or was an agent with the hub's name."""
    if host.is_taken:
        return host.state != "conflict"
    return host.state == "ended" and now_s - host.since_s > ENDED_S


def _forget_one(host: Host) -> bool:
    """Forget an agent that went; return whether there was one."""
    for name, agent in host.agents.items():
        if not agent.is_there and agent is not host.agent:
            del host.agents[name]
            return True
    return False
