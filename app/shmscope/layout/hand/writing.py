"""Layouts by hand as they are written down, to be pasted: what is written is read as the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

from shmscope.layout.hand.dtype_text import format_dtype_text
from shmscope.layout.hand.keys import KEYS
from shmscope.layout.hand.rule import LayoutRule

Plain: TypeAlias = "str | int | list[object]"

_BARE = re.compile(r"""[^\s'"\\]+""")
_BARE_LABEL = re.compile(r"(?!\[)[^,\s]+( +[^,\s]+)*")


def format_option(rule: LayoutRule) -> str:
    """Return the text of an option that `parse_option` reads as `rule`.

    Where words need quotes they are double ones, so that single ones can stand around it all in a
    shell; whoever writes the command puts them there.
    """
    return " ".join(f"{key}={_quoted(_text_of(value))}" for key, value in _said(rule))


def format_toml(rule: LayoutRule) -> str:
    """Return a table of a configuration file that is read as `rule`."""
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in _said(rule))
    return "[[array]]\n" + "".join(lines)


def _said(rule: LayoutRule) -> Iterator[tuple[str, Plain]]:
    """Yield keys and values of what is not as it is by default."""
    plain = LayoutRule(rule.pattern, rule.dtype)
    for key in KEYS.values():
        value = getattr(rule, key.attribute)
        if key.attribute == "dtype":
            yield key.name, format_dtype_text(value)
        elif key.attribute == "pattern" or value != getattr(plain, key.attribute):
            yield key.name, list(value) if isinstance(value, tuple) else value


def _text_of(value: Plain) -> str:
    if not isinstance(value, list):
        return str(value)
    if value and all(isinstance(part, int) for part in value):
        return ",".join(map(str, value))
    if value and all(isinstance(part, str) and _BARE_LABEL.fullmatch(part) for part in value):
        return ",".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    if not text or _BARE.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
