"""Which traces stand for the arrays, where several claim the same memory or the same id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from shmscope.layout.names import ArrayId
from shmscope.sampling.foreign import ForeignTrace
from shmscope.sampling.published import PublishedTrace
from shmscope.sampling.trace import Trace


class Lineup:
    """Puts traces in order; anew only where others came, for there may be thousands.

    Attributes:
        added: The arrays that were found and that stand beside those that programs publish.
        by_id: All arrays; another mapping when it is another one.
    """

    def __init__(self) -> None:
        self.added: list[ForeignTrace] = []
        self.by_id: Mapping[ArrayId, Trace] = {}
        self._published: Sequence[PublishedTrace] = ()
        self._foreign: Sequence[ForeignTrace] = ()
        self._forbidden: list[PublishedTrace] = []
        self._changed = True

    def take(
        self, published: Sequence[PublishedTrace], foreign: Sequence[ForeignTrace]
    ) -> list[ForeignTrace]:
        """Take in all traces there are and return `added`."""
        if (published, foreign) != (self._published, self._foreign):
            self._published, self._foreign, self._changed = published, foreign, True
            taken = {trace.identity for trace in published}
            self.added = [
                trace
                for trace in foreign
                if trace.identity not in taken or trace.subject.provenance == "configured"
            ]
        return self.added

    def settle(self) -> Mapping[ArrayId, Trace]:
        """Return `by_id`, now that it is known which arrays may not be looked at.

        A stranger's control block cannot stand before the owner's of the same segment and name.
        """
        forbidden = [trace for trace in self._published if trace.is_forbidden]
        if self._changed or forbidden != self._forbidden:
            self._forbidden, self._changed = forbidden, False
            trusted = [trace for trace in self._published if not trace.is_forbidden]
            self.by_id = {trace.id: trace for trace in chain(self.added, forbidden, trusted)}
        return self.by_id
