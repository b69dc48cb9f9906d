"""Who uses which segment: what was found process by process, put together by segment."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_

from shmscope.sources.findings import Held, Use
from shmscope.sources.scope import Identity


class Tally:
    """What some processes use, by segment.

    Args:
        found: What each of them uses.

    Attributes:
        held: Every segment as each of its users shows it.
    """

    def __init__(self, found: Sequence[tuple[Held, ...]] = ()) -> None:
        self.held: dict[Identity, list[Held]] = {}
        self._found = found
        for one in found:
            for held in one:
                self.held.setdefault((held.device, held.inode), []).append(held)

    def is_of(self, found: Sequence[tuple[Held, ...]]) -> bool:
        """Whether this was made of the very same."""
        return len(found) == len(self._found) and all(map(is_, found, self._found))

    def uses(self, identity: Identity) -> tuple[Use, ...]:
        """Return who uses a segment."""
        return tuple([held.use for held in self.held.get(identity, ())])
