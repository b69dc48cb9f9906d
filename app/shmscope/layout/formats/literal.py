"""Python's literals as far as headers of .npy files have them, read without Python's own parser.

Texts without escapes, integers, True and False, dicts, and lists and tuples, both as lists. What
Python's parser takes beyond that is refused, and so is nesting that could exhaust the stack.
"""

from __future__ import annotations

import re
from typing import TypeAlias

Literal: TypeAlias = "str | int | bool | list[Literal] | dict[str, Literal]"

MOST_CHARS = 1 << 16
MOST_NESTED = 8
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'[^'\\\n]*'|"[^"\\\n]*")|(?P<integer>-?[0-9]{1,19})L?(?![A-Za-z0-9_])"""
    r"""|(?P<word>True|False)(?![A-Za-z0-9_])|(?P<mark>[][(){},:]))"""
)
_CLOSING = {"(": ")", "[": "]"}


def parse_literal(text: str) -> Literal:
    """Return what `text` says.

    Raises:
        ValueError: it is something else, longer than 64 Ki characters or nested beyond 8 levels.
    """
    if len(text) > MOST_CHARS:
        raise ValueError(f"{len(text)} characters; {MOST_CHARS} are allowed")
    reader = _Reader(text)
    value = reader.value(0)
    if text[reader.at :].strip():
        raise ValueError(f"more follows at character {reader.at}")
    return value


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def value(self, depth: int) -> Literal:
        kind, found = self._next()
        if kind == "text":
            return found[1:-1]
        if kind == "integer":
            return int(found)
        if kind == "word":
            return found == "True"
        if depth >= MOST_NESTED:
            raise ValueError(f"nested deeper than {MOST_NESTED} levels")
        return self._dict(depth) if found == "{" else self._list(found, depth)

    def _dict(self, depth: int) -> dict[str, Literal]:
        found: dict[str, Literal] = {}
        while not self._take("}"):
            key = self.value(depth)
            if not isinstance(key, str) or key in found or not self._take(":"):
                raise ValueError(f"no key at character {self.at}")
            found[key] = self.value(depth + 1)
            self._separate("}")
        return found

    def _list(self, opening: str, depth: int) -> list[Literal]:
        closing = _CLOSING.get(opening)
        if closing is None:
            raise ValueError(f"no value at character {self.at}")
        found: list[Literal] = []
        while not self._take(closing):
            found.append(self.value(depth + 1))
            self._separate(closing)
        return found

    def _separate(self, closing: str) -> None:
        """Go over a comma, or stay before what ends the list."""
        if not self._take(",") and not self._sees(closing):
            raise ValueError(f"no comma at character {self.at}")

    def _take(self, mark: str) -> bool:
        if self._sees(mark):
            self._next()
            return True
        return False

    def _sees(self, mark: str) -> bool:
        match = _TOKEN.match(self._text, self.at)
        return match is not None and match["mark"] == mark

    def _next(self) -> tuple[str, str]:
        match = _TOKEN.match(self._text, self.at)
        if match is None or match.lastgroup is None:
            raise ValueError(f"no literal at character {self.at}")
        self.at = match.end()
        return match.lastgroup, match[match.lastgroup]
