"""Layouts by hand: how a user says that the bytes of a segment are an array.

On the command line, in a TOML file, and as JSON in the page; docs/layouts.md tells users of it. All
of it is pure: `shmscope.sources.configuration` reads the file.
"""

from __future__ import annotations

from shmscope.layout.hand.dtype_text import format_dtype_text, parse_dtype_text
from shmscope.layout.hand.keys import KEYS
from shmscope.layout.hand.parsing import parse_option, parse_rule
from shmscope.layout.hand.rule import LayoutRule, exact_pattern
from shmscope.layout.hand.writing import format_option, format_toml

__all__ = [
    "KEYS",
    "LayoutRule",
    "exact_pattern",
    "format_dtype_text",
    "format_option",
    "format_toml",
    "parse_dtype_text",
    "parse_option",
    "parse_rule",
]
