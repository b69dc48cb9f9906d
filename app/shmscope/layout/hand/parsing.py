"""Layouts by hand as they come in: a table of TOML, an object of JSON, the text of an option."""

from __future__ import annotations

import difflib
import reprlib
import shlex
from collections.abc import Collection, Mapping
from typing import Any, Final

from shmscope.errors import LayoutError
from shmscope.layout.hand.keys import KEYS
from shmscope.layout.hand.rule import LayoutRule

MAX_OPTION_CHARS: Final = 1 << 17  # what Linux lets one argument have


def parse_rule(data: object, *, pattern: str | None = None) -> LayoutRule:
    """Read a rule from a TOML table or a JSON object, which may be hostile.

    Args:
        data: Values by key; those that are None count as left out.
        pattern: Where the segment is known already: what stands for its name. `data` then has none.

    Raises:
        LayoutError: with the key that is wrong.
    """
    if not isinstance(data, Mapping):
        kind = type(data).__name__
        raise LayoutError(f"a layout must be a table of keys and values, not {kind}", value=kind)
    check_keys(data, [key for key in KEYS if key != "name" or pattern is None])
    given = {key: value for key, value in data.items() if value is not None}
    for key in ("name", "dtype"):
        if key not in given and not (key == "name" and pattern is not None):
            raise LayoutError(f"{key}: is missing; a layout must say it", field=key)
    attributes = {KEYS[key].attribute: _parsed(key, value) for key, value in given.items()}
    if pattern is not None:
        attributes["pattern"] = pattern
    return LayoutRule(**attributes)


def _parsed(key: str, value: object) -> Any:
    try:
        return KEYS[key].parse(value, key)
    except LayoutError:
        raise
    except ValueError:  # Python does not write down integers of thousands of digits
        raise LayoutError(f"{key}: has a number that is too long to be shown", field=key) from None


def check_keys(data: Mapping[Any, object], known: Collection[str]) -> None:
    """Check that `data` has no other keys than those that are known.

    Raises:
        LayoutError: with the known key that is spelt most like the unknown one.
    """
    for key in data:
        if key not in known:
            raise _unknown(key if isinstance(key, str) else repr(key), known)


def _unknown(key: str, known: Collection[str]) -> LayoutError:
    key = key[:80]
    listed = ", ".join(known)
    nearest = difflib.get_close_matches(key.lower(), known, 1, 0.5)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else "."
    return LayoutError(
        f"{key!r} is no key here{hint} Known are {listed}", value=key, limit=listed, field=key
    )


def parse_option(text: str) -> LayoutRule:
    """Read a rule from the text of an option: ``name=psm_1a2b dtype=<f4 shape=4,-1``.

    Words are separated and quoted as in a shell; what the text holds may be hostile.

    Raises:
        LayoutError: with the key that is wrong.
    """
    if len(text) > MAX_OPTION_CHARS:
        raise LayoutError(
            f"an option of {len(text):,} characters; {MAX_OPTION_CHARS:,} are allowed",
            value=len(text),
            limit=MAX_OPTION_CHARS,
        )
    try:
        words = shlex.split(text)
    except ValueError as error:
        shown = reprlib.repr(text)
        raise LayoutError(f"{shown}: {error}", value=shown) from None
    return parse_rule(_pairs(words))


def _pairs(words: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise LayoutError(
                f"{word[:80]!r} is not key=value; a value with blanks is put into quotes",
                value=word[:80],
            )
        if key in found:
            raise LayoutError(f"{key[:80]!r} is given twice", value=value[:80], field=key[:80])
        found[key] = value
    return found
