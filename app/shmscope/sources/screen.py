"""A screen before the arrays: what may not be shown is as if it were not there.

The naive way leaves arrays out of lists by their names. But the same memory may be seen as other
arrays, by other names and by a layout of one's own. So memory is shown as a whole or not at all,
and what belongs to it, such as its control block, with it: nothing further up knows of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from shmscope.layout.hand import LayoutRule
from shmscope.layout.names import BLOCK_PREFIX
from shmscope.sources.assembly import FoundSegment
from shmscope.sources.blocks import BlockReader, BlockState
from shmscope.sources.catalogue import Entry
from shmscope.sources.glances import folder_of
from shmscope.sources.holdings import holdings
from shmscope.sources.permits import Permits
from shmscope.sources.scope import Identity
from shmscope.sources.survey import Survey

Blocks: TypeAlias = Mapping[BlockReader, BlockState]


class Screen:
    """Shows of control blocks and of a survey what may be shown. Used by one thread.

    Args:
        permits: What may be.

    Attributes:
        blocks: The control blocks that may be shown.
        survey: What may be shown of a survey; the same object as long as nothing has changed.
        source: The survey that it was made of.
    """

    def __init__(self, permits: Permits) -> None:
        self.blocks: Blocks = {}
        self.survey: Survey | None = None
        self.source: Survey | None = None
        self._permits = permits
        self._hidden: frozenset[Identity] = frozenset()
        self._basis: tuple[object, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether everything is shown."""
        return self._permits.everything

    def look(self, blocks: Blocks, survey: Survey | None, rules: Sequence[LayoutRule]) -> None:
        """Take in what there is now.

        Args:
            blocks: All control blocks.
            survey: The newest survey, None before the first.
            rules: Layouts by hand, which give arrays names.
        """
        if self.is_open:
            self.blocks, self.survey, self.source = blocks, survey, survey
            return
        named = {reader: one for reader, one in blocks.items() if self._names(one, survey)}
        others = (state for reader, state in blocks.items() if reader not in named)
        refused = frozenset(target for state in others if (target := _target(state)) is not None)
        basis = survey, rules, refused, frozenset(reader.path for reader in named)
        if survey is not None and basis != self._basis:
            self._basis = basis
            self._hidden = self._find_hidden(survey, rules, refused, named)
            self.survey = survey.without(self._hidden)
        self.source = survey
        self.blocks = {
            reader: state
            for reader, state in named.items()
            if _target(state) not in self._hidden | refused
        }

    def _names(self, state: BlockState, survey: Survey | None) -> bool:
        """Whether a published array may be shown by its own names."""
        told, target = state.description, _target(state)
        segment = None if survey is None or target is None else survey.segment(target)
        own = [told.name, told.segment or told.name]
        return self._permits.shows([*own, *_names_of(segment)])

    def _find_hidden(
        self,
        survey: Survey,
        rules: Sequence[LayoutRule],
        refused: frozenset[Identity],
        named: Blocks,
    ) -> frozenset[Identity]:
        """Return all memory that may not be shown, with what belongs to it.

        A Manager's array has no memory that could be hidden, but a control block: it stays where
        the array may be shown by its names.
        """
        gone = [
            entry
            for entry in survey.entries
            if entry.segment.identity in refused or not self._shows(entry, survey, rules)
        ]
        hidden = {entry.segment.identity for entry in gone}
        companions = {folder_of(one.segment) + name for one in gone for name in one.companions}
        own = {reader.path for reader, one in named.items() if _target(one) not in hidden}
        for identity, segment in survey.inventory.memory.segments.items():
            of_another = not companions.isdisjoint(segment.paths)
            is_block = segment.label.startswith(BLOCK_PREFIX) and own.isdisjoint(segment.paths)
            if identity in refused or of_another or is_block:
                hidden.add(identity)
        return frozenset(hidden)

    def _shows(self, entry: Entry, survey: Survey, rules: Iterable[LayoutRule]) -> bool:
        """Whether every array of a segment may be shown, and all that belongs to it."""
        own = list(_names_of(entry.segment))
        return not self._permits.denies(entry.companions) and all(
            self._permits.shows([name, *own]) for name in _arrays_of(entry, survey, rules)
        )


def _target(state: BlockState) -> Identity | None:
    """Return the memory of a published array, None for an object of a Manager."""
    if state.description.mechanism == "Manager":
        return None
    return state.header.device, state.header.inode


def _names_of(segment: FoundSegment | None) -> Iterator[str]:
    if segment is not None:
        yield segment.label
        yield from segment.names


def _arrays_of(entry: Entry, survey: Survey, rules: Iterable[LayoutRule]) -> Iterator[str]:
    """Yield the names of all arrays of a segment."""
    if entry.provenance == "published":
        yield from (array.name for array in entry.arrays)
    for held in holdings(entry, rules, survey.neighbour):
        yield held.subject.name
