"""What others wrote, as a terminal may be sent it: nothing in it can command the terminal.

Names of segments, command lines, labels and values are whatever a program likes: escape sequences
that clear the screen or type commands, characters that turn text round, half a megabyte of one
letter. In sentences and tables a character that cannot be shown is replaced, which `printable` of
`shmscope.sources.process_facts` does. JSON and CSV are read by programs too; this is for them.
"""

from __future__ import annotations

import re
import sys
from typing import Final

from shmscope.sources.process_facts import printable

MOST_CHARS: Final = 2000  # half of them are an id whose name has 255 bytes, percent-encoded

_ODD = re.compile(r"[^ -~\n]")
_CELL = re.compile(r'"(?:[^"]|"")*"|[^,"\n]+')
_FORMULA: Final = tuple("=+-@\t\r\n")
# As Python writes numbers, durations and dates: -1.5e-7, -inf, -5 seconds, -0044-03-15T12:00. Words
# are looked at one by one, and each can be read in one way only: else a long text would take hours.
_WORD = re.compile(
    r"[+-]?(?:[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?j?|inf|nan)"
    r"|-[0-9]+-[0-9]{2}(?:-[0-9]{2}(?:T[0-9:.]+)?)?|[a-z]+"
)


def write(text: str) -> None:
    """Print a text and a newline, whatever letters the terminal has."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.buffer.write(f"{text}\n".encode(encoding, "backslashreplace"))
    sys.stdout.flush()


def shown(text: str) -> str:
    """Return a text as a part of a line that a person reads: of bounded length."""
    found = printable(text)
    return found if len(found) <= MOST_CHARS else found[: MOST_CHARS - 1] + "…"


def plain_json(text: str) -> str:
    """Return JSON that says the same, with escapes for all characters that cannot be shown."""
    return _ODD.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    if found[0].isprintable():
        return found[0]
    return re.sub("....", r"\\u\g<0>", found[0].encode("utf-16-be", "surrogatepass").hex())


def plain_csv(text: str) -> str:
    """Return CSV without characters that cannot be shown, and without cells that are formulas.

    A spreadsheet takes a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or the end of a
    line for a formula, which may call programs and send the other cells away. Before such a text an
    apostrophe is put; numbers are left as they are. Source: OWASP, CSV Injection.
    """
    return "\n".join(map(printable, _CELL.sub(_guarded, text).split("\n")))


def _guarded(found: re.Match[str]) -> str:
    cell, quote = found[0], '"' if found[0].startswith('"') else ""
    inner = cell.removeprefix(quote)
    if not inner.startswith(_FORMULA) or all(map(_WORD.fullmatch, inner.split(" "))):
        return cell
    return f"{quote}'{inner}"
