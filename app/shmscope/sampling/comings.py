"""Comings and goings: which arrays have just appeared, and which have just gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from shmscope.layout.names import ArrayId
from shmscope.sampling.trace import Trace

MARKED_S = 10.0


class Comings:
    """Notes when arrays appear and go; those that went are kept for ten seconds.

    Attributes:
        gone: Arrays that went, as they were.
        fresh: Arrays that appeared at the last note.
        lost: Arrays that went at the last note.
    """

    def __init__(self) -> None:
        self.gone: list[Trace] = []
        self.fresh: list[Trace] = []
        self.lost: list[Trace] = []
        self._present: Mapping[ArrayId, Trace] = {}
        self._appeared_s: dict[ArrayId, float] = {}
        self._went_s: dict[ArrayId, float] = {}

    def note(
        self, present: Mapping[ArrayId, Trace], old: Collection[ArrayId], now_s: float
    ) -> None:
        """Note which arrays there are, and mark each with its age or how long it has been gone.

        Args:
            present: The arrays, by id.
            old: Those of them that may have been there before anybody looked.
            now_s: When, seconds.
        """
        self.fresh, self.lost = [], []
        if present is not self._present:
            self._compare(present, old, now_s)
        kept = [trace for trace in self.gone if self._is_marked(trace, present, now_s)]
        self.gone = kept + self.lost
        self._mark(present, now_s)

    def _compare(
        self, present: Mapping[ArrayId, Trace], old: Collection[ArrayId], now_s: float
    ) -> None:
        fresh = present.keys() - self._present.keys() - set(old)
        self._appeared_s |= dict.fromkeys(fresh, now_s)
        lost = self._present.keys() - present.keys()
        for ident in lost:
            self._appeared_s.pop(ident, None)
            self._went_s[ident] = now_s
        self.fresh = [present[ident] for ident in fresh]
        self.lost = [self._present[ident] for ident in lost]
        self._present = present

    def _is_marked(self, trace: Trace, present: Mapping[ArrayId, Trace], now_s: float) -> bool:
        return trace.id not in present and now_s - self._went_s[trace.id] < MARKED_S

    def _mark(self, present: Mapping[ArrayId, Trace], now_s: float) -> None:
        for ident, since_s in self._appeared_s.items():
            present[ident].age_s = now_s - since_s
        for trace in self.gone:
            trace.gone_s = now_s - self._went_s[trace.id]
        ids = {trace.id for trace in self.gone}
        self._went_s = {ident: went_s for ident, went_s in self._went_s.items() if ident in ids}
