"""Texts on their way to a terminal: CSV, JSON and single lines, each of which may hold anything."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import chain

from shmscope.terminal.texts import MOST_CHARS, plain_csv, plain_json, shown

FORMULAS = ("=", "@", "\t", "\r", "\n")


def check(data: bytes) -> None:
    """Check that nothing commands a terminal or a spreadsheet, and that all else says the same."""
    text = data.decode("utf-8", "surrogateescape")
    line = shown(text)
    assert line.isprintable()
    assert len(line) <= MOST_CHARS
    check_json(text)
    check_csv([text.split("\x1f")])
    written = plain_csv(text)  # of what is no CSV
    assert plain_csv(written) == written
    assert_shown(written)


def check_json(text: str) -> None:
    """Check a text as a key and a value."""
    for ascii_only in (True, False):
        plain = plain_json(json.dumps({text: [text]}, ensure_ascii=ascii_only, indent=1))
        assert json.loads(plain) == {text: [text]}
        assert_shown(plain)


def check_csv(rows: list[list[str]]) -> None:
    """Check texts as cells."""
    for quoting in (csv.QUOTE_ALL, csv.QUOTE_MINIMAL):
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n", quoting=quoting).writerows(rows)
        plain = plain_csv(buffer.getvalue())
        assert plain_csv(plain) == plain
        assert_shown(plain)
        found = list(csv.reader(io.StringIO(plain, newline="")))
        assert [len(row) for row in found] == [len(row) for row in rows]
        for cell, before in zip(chain(*found), chain(*rows), strict=True):
            assert len(cell) - len(before) in (0, 1)
            assert not cell.startswith(FORMULAS)


def assert_shown(text: str) -> None:
    """Check that a terminal would be sent nothing but letters and ends of lines."""
    assert text.replace("\n", "").isprintable()


def seeds() -> Iterator[bytes]:
    """Yield inputs to begin with."""
    yield b'\x1b[2J\x1f=1+1\x1f-5 seconds\x1f"a""b"\x1f+1e-7 nan\x1f@x\n\x1f-0044-03-15'
    yield "\u202e\x9b2J\U000e0041".encode() + b"\xff\xed\xa0\x80"
    yield b"-1" + b" nan" * 60 + b"="


WORDS = ("\x1b[", "\x1f", '""', ",", "\n", "\r", "=", "-1", "nan", "inf", " days", "\x9b", "e-5")
