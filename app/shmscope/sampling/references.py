"""What an array can be compared with: another array, or a kept copy of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from shmscope.errors import SourceError, SourceGoneError, UnknownArrayError, UnknownCopyError
from shmscope.layout.array import ArrayLayout
from shmscope.layout.lens import Against
from shmscope.layout.names import ArrayId
from shmscope.layout.selection import Selection, cut
from shmscope.sampling.copies import KeptCopies, KeptCopy
from shmscope.sampling.trace import Trace
from shmscope.sources.snapshots import Snapshot


class Reference(Protocol):
    """Something that is subtracted."""

    @property
    def name(self) -> str:
        """What to call it in a sentence."""

    @property
    def layout(self) -> ArrayLayout:
        """Its layout as known by now."""

    def look(self, selection: Selection, layout: ArrayLayout | None) -> Snapshot:
        """Return a copy of `selection` of it, or of what `layout` sees in it.

        Raises:
            SourceError: it cannot be read now.
        """

    def ready(self) -> bool:
        """Whether `look` has something to return without waiting."""


class References:
    """Finds them.

    Args:
        find: Returns what is known of an array.
        copies: The kept copies.
    """

    def __init__(self, find: Callable[[ArrayId], Trace], copies: KeptCopies) -> None:
        self._find = find
        self._copies = copies

    def get(self, array: ArrayId, against: Against) -> Reference:
        """Return what `array` is to be compared with.

        Raises:
            UnknownArrayError: no array has this id.
            UnknownCopyError: no copy of `array` has this number.
        """
        try:
            if isinstance(against, ArrayId):
                return _Other(self._find(against))
            return _Kept(self._copies.get(array, against))
        except (UnknownArrayError, UnknownCopyError) as error:
            error.field = "against"
            raise


class _Other:
    """Another array, as it is now."""

    def __init__(self, trace: Trace) -> None:
        self.name = trace.subject.name
        self._source = trace.source

    @property
    def layout(self) -> ArrayLayout:
        return self._source.layout

    def look(self, selection: Selection, layout: ArrayLayout | None) -> Snapshot:
        try:
            return self._source.look(selection, layout)
        except SourceGoneError as error:  # it has gone, and not the array that is watched
            detail = f"{self.name} is gone: {error.detail}"
            raise SourceError(detail, value=self.name, field="against") from error

    def ready(self) -> bool:
        return self._source.ready()


class _Kept:
    """A copy of the same array."""

    def __init__(self, copy: KeptCopy) -> None:
        self.name = f"copy {copy.number}"
        self.layout = ArrayLayout.contiguous(copy.values.dtype, copy.values.shape)
        self._copy = copy

    def look(self, selection: Selection, layout: ArrayLayout | None) -> Snapshot:
        kept = self._copy
        values = kept.values if layout is None else layout.seen_in(kept.values)
        return Snapshot(cut(values, selection), kept.verdict, 1, kept.taken_unix_s)

    def ready(self) -> bool:
        return True
