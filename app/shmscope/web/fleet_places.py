"""Where topics are asked: at this host's sampler, or at another host of the fleet."""

from __future__ import annotations

from typing import Final

from shmscope.errors import MessageError
from shmscope.fleet.wishes import host_of
from shmscope.sampling.demand import Demand
from shmscope.sampling.topics import FleetTopic, HostTopic, Topic
from shmscope.web.fleet_face import Demanding

ALONE: Final = "this server knows of no other host: one that does is started with 'shmscope hub'"


class Places:
    """Knows who answers for which topic.

    Args:
        host: Name of this host.
        own: Takes what is asked of this host.
        others: Takes what is asked of other hosts; None without a fleet.
        board: Takes what is asked of the fleet as a whole; None without one.
    """

    def __init__(
        self,
        host: str,
        own: Demand,
        others: Demanding | None = None,
        board: Demanding | None = None,
    ) -> None:
        self._host, self._own, self._others, self._board = host, own, others, board

    def plain(self, topic: Topic) -> Topic:
        """Return the topic that stands for one: this host needs no name.

        Raises:
            MessageError: it is of other hosts, and there is no fleet.
        """
        if topic == HostTopic(self._host):
            return HostTopic()
        is_fleets = isinstance(topic, FleetTopic) or (
            isinstance(topic, HostTopic) and topic.host is not None
        )
        if is_fleets and self._others is None:
            raise MessageError(ALONE)
        return topic

    def demand_of(self, topic: Topic) -> Demanding:
        """Return who is asked for a topic."""
        if self._others is None or self._board is None:
            return self._own
        if isinstance(topic, FleetTopic):
            return self._board
        return self._own if host_of(topic) in (None, self._host) else self._others
