"""Which arrays are shown, by their names: shell patterns, of which those that deny win."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final


@dataclass(frozen=True, slots=True)
class Permits:
    """What may be shown.

    Attributes:
        allow: Shell patterns of the arrays that are shown; empty shows all.
        deny: Shell patterns of those that are not.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether everything may be shown."""
        return not self.allow and not self.deny

    def denies(self, names: Collection[str]) -> bool:
        """Whether one of the names is denied."""
        return any(fnmatchcase(name, pattern) for pattern in self.deny for name in names)

    def shows(self, names: Collection[str]) -> bool:
        """Whether an array may be shown.

        Args:
            names: All that it and its memory are called: none may be denied, one must be allowed.
        """
        return not self.denies(names) and (
            not self.allow
            or any(fnmatchcase(name, pattern) for pattern in self.allow for name in names)
        )


EVERYTHING: Final = Permits()
