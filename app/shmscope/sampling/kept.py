"""Layouts that somebody gave an array in the page, kept until the server ends."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

from shmscope.errors import LayoutError
from shmscope.layout.hand import LayoutRule
from shmscope.layout.names import ArrayId
from shmscope.sources.catalogue import Entry
from shmscope.sources.holdings import Holding, by_rule

MOST_KEPT = 1000
Origin: TypeAlias = Literal["configured", "guessed"]


@dataclass(frozen=True, slots=True)
class KeptLayout:
    """A layout, and whether it was a guess."""

    rule: LayoutRule
    origin: Origin


class KeptLayouts:
    """The layouts kept for arrays, by id; may be used from any thread.

    Attributes:
        layouts: All of them now; another mapping after every change.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.layouts: Mapping[ArrayId, KeptLayout] = MappingProxyType({})

    def keep(self, array: ArrayId, rule: LayoutRule, origin: Origin) -> None:
        """Have `array` seen as `rule` says.

        Raises:
            LayoutError: there are too many.
        """
        with self._lock:
            layouts = {**self.layouts, array: KeptLayout(rule, origin)}
            if len(layouts) > MOST_KEPT:
                raise LayoutError(
                    f"{MOST_KEPT} layouts are kept already; forget one, or write them to a file",
                    value=len(layouts),
                    limit=MOST_KEPT,
                )
            self.layouts = MappingProxyType(layouts)

    def forget(self, array: ArrayId) -> None:
        """Have `array` seen as before; one without a kept layout is let be."""
        with self._lock:
            rest = {ident: kept for ident, kept in self.layouts.items() if ident != array}
            self.layouts = MappingProxyType(rest)


def see_as_kept(entry: Entry, holding: Holding, kept: KeptLayout | None) -> Holding:
    """Return an array as its kept layout says, where it has one that its segment can take."""
    if kept is None:
        return holding
    try:
        seen = by_rule(entry, kept.rule, kept.origin)
    except LayoutError:
        return holding
    return replace(seen, subject=replace(seen.subject, name=holding.subject.name))
