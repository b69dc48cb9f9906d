"""What is told of each topic, and what was: nobody hears twice that an array is not there."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from shmscope.errors import ShmscopeError, SourceGoneError, UnknownArrayError
from shmscope.sampling.demand import Demand
from shmscope.sampling.topics import ArrayTopic, Delivery, Topic, ValuesTopic
from shmscope.sampling.views import View


class News:
    """Delivers frames, schemas, errors and farewells.

    Args:
        deliver: Takes what is new about a topic.
        demand: Knows since when somebody asks for a topic.
    """

    def __init__(self, deliver: Callable[[Delivery], None], demand: Demand) -> None:
        self._deliver = deliver
        self._demand = demand
        self._seen: set[Topic] = set()  # frames were delivered: what vanishes now is gone
        self._missed: dict[
            Topic, int | None
        ] = {}  # was said to be unknown, in this spell of demand

    def forget_but(self, watched: Collection[Topic]) -> None:
        """Forget all topics but those that somebody asks for."""
        self._seen.intersection_update(watched)
        self._missed = {topic: spell for topic, spell in self._missed.items() if topic in watched}

    def frame(self, topic: Topic, now_s: float, body: Any) -> None:
        """Tell the newest of a topic."""
        self._seen.add(topic)
        self._missed.pop(topic, None)
        self._deliver(Delivery(topic, "frame", now_s, body))

    def absence(self, topic: ArrayTopic | ValuesTopic, now_s: float) -> None:
        """Say that an array is gone, or that there never was one: it may not be known yet."""
        if topic in self._seen:
            self._seen.discard(topic)
            detail = "The array is not there any more: its programs ended or let it go."
            self._deliver(Delivery(topic, "gone", now_s, {"detail": detail}))
        elif self._missed.get(topic) != (spell := self._demand.spell(topic)):
            self._missed[topic] = spell
            error = UnknownArrayError(f"no array has the id {topic.array}", value=str(topic.array))
            self._deliver(Delivery(topic, "error", now_s, error=error))

    def look(self, view: View, now_s: float, body: Any, *, described: bool) -> None:
        """Tell a view's frame, after its schema where that is new or something was wrong before."""
        if described or view.trouble is not None:
            self._deliver(Delivery(view.topic, "schema", now_s, view.schema))
        view.trouble = None
        self.frame(view.topic, now_s, body)

    def trouble(self, view: View, error: ShmscopeError, now_s: float) -> None:
        """Say once what is wrong; the view is tried again, for it may be mended."""
        if view.trouble == error.detail:
            return
        view.trouble = error.detail
        if isinstance(error, SourceGoneError):
            self._seen.discard(view.topic)
            body = {"detail": f"The memory is gone: {error.detail}."}
            self._deliver(Delivery(view.topic, "gone", now_s, body))
        else:
            self._deliver(Delivery(view.topic, "error", now_s, error=error))
