"""The log: one line an event, as text or as JSON, whatever names and errors hold."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, Final, Literal, TypeAlias

Form: TypeAlias = Literal["text", "json"]
MOST_ALIKE: Final = 10  # lines of the web server in
WINDOW_S: Final = 60.0
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {
    *("asctime", "message"),  # which another formatter may have left there
    *("color_message", "taskName"),
}


@contextmanager
def logging_to_stderr(form: Form, level: str) -> Iterator[None]:
    """Log to the standard error meanwhile.

    Args:
        form: Of the lines.
        level: What is less important is not logged.
    """
    root, handler = logging.getLogger(), _Lines()
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    handler.addFilter(Sparing())
    before = root.level
    root.addHandler(handler)
    root.setLevel(level.upper())
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


class _Lines(logging.Handler):
    """Writes a line at once, to what the standard error is by then; it may be gone."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()


class TextLines(logging.Formatter):
    """Time, level, logger, message and fields for people; what cannot be printed is escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """Return an event as a line."""
        fields = "".join(f" {name}={value}" for name, value in fields_of(record).items())
        line = f"{time_of(record)} {record.levelname} {record.name}: {record.getMessage()}{fields}"
        if record.exc_info and record.exc_info[1] is not None:
            line = f"{line}: {error_of(record.exc_info[1])}"
        return escaped(line)


class JsonLines(logging.Formatter):
    """The same for programs, in ASCII; of an error also the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return an event as an object."""
        event: dict[str, Any] = {
            "time": time_of(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if fields := fields_of(record):
            event["fields"] = fields
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            event["error"] = error_of(error)
            event["traceback"] = "".join(traceback.format_exception(error))
        return json.dumps(event, default=str)


class Sparing(logging.Filter):
    """Lets few lines pass of those that whoever connects can make the web server log.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Any = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._counts: dict[tuple[str, str], int] = {}
        self._since_s = clock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a line is worth it: the first ten of a kind in a minute are."""
        if not record.name.startswith("uvicorn"):
            return True
        now_s = self._clock()
        if now_s >= self._since_s + WINDOW_S:
            self._counts, self._since_s = {}, now_s
        kind = record.name, str(record.msg)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._counts[kind] <= MOST_ALIKE


def time_of(record: logging.LogRecord) -> str:
    """Return when an event came, UTC."""
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what was told of an event beside its message."""
    return {name: value for name, value in vars(record).items() if name not in _OWN}


def error_of(error: BaseException) -> str:
    """Return an error and where it came from, the innermost place first."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = (f"{PurePath(one.filename).name}:{one.lineno} in {one.name}" for one in frames)
    return f"{type(error).__name__}: {error} ({'; '.join(places)})"


def escaped(text: str) -> str:
    """Return text with whatever would not be seen, or move a terminal's cursor, as an escape."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
