"""The log: one line an event, whatever an event holds."""

from __future__ import annotations

import json
import logging
import os
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sampling.stepping import Clock

from shmscope.terminal.logs import (
    MOST_ALIKE,
    WINDOW_S,
    JsonLines,
    Sparing,
    TextLines,
    logging_to_stderr,
)

FORGERY = "x\n2026-01-01T00:00:00.000Z ERROR shmscope: all is lost\r\x1b[2J\u202e\udcff\u2028"


def record(
    message: str, *arguments: object, name: str = "shmscope.test", **fields: object
) -> logging.LogRecord:
    made = logging.getLogger(name).makeRecord(
        name, logging.WARNING, "file.py", 1, message, arguments, None, extra=fields
    )
    made.created = 1_790_000_000.25
    return made


def failed(text: str) -> logging.LogRecord:
    """Return the record of an error with a text and a cause."""
    made = record("it failed")
    try:
        fail(text)
    except RuntimeError:
        made.exc_info = sys.exc_info()
    return made


def fail(text: str) -> None:
    raise RuntimeError(text) from KeyError(text)


def test_a_line_of_text_has_time_level_logger_message_and_fields() -> None:
    line = TextLines().format(record("%s is passed over", "/dev/shm/x", times=3))
    time = "2026-09-21T14:13:20.250Z"
    assert line == f"{time} WARNING shmscope.test: /dev/shm/x is passed over times=3"


def test_a_line_of_json_has_the_same_by_name() -> None:
    assert json.loads(JsonLines().format(record("%s is passed over", "/dev/shm/x", times=3))) == {
        "time": "2026-09-21T14:13:20.250Z",
        "level": "warning",
        "logger": "shmscope.test",
        "message": "/dev/shm/x is passed over",
        "fields": {"times": 3},
    }


def test_an_error_says_where_it_came_from() -> None:
    line = TextLines().format(failed("why"))
    assert re.search(
        r"it failed: RuntimeError: why \(test_logs\.py:\d+ in fail; test_logs\.py:\d+ in failed\)$",
        line,
    )
    event = json.loads(JsonLines().format(failed("why")))
    assert event["error"].startswith("RuntimeError: why")
    assert "KeyError: 'why'" in event["traceback"]


@given(st.text(st.characters()) | st.just(FORGERY))
def test_no_text_makes_a_second_line_or_reaches_the_terminal(text: str) -> None:
    for formatter in (TextLines(), JsonLines()):
        for one in (record("%s", text), record("fine", name=f"a{text}", field=text), failed(text)):
            line = formatter.format(one)
            assert line.isprintable()
            assert len(line.splitlines()) == 1


def test_what_json_escapes_is_there_again_when_it_is_read() -> None:
    assert json.loads(JsonLines().format(record("%s", FORGERY)))["message"] == FORGERY


def test_strangers_cannot_fill_the_log() -> None:
    clock = Clock(0.0)
    sparing = Sparing(clock)

    def passed(name: str, message: str) -> int:
        return sum(sparing.filter(record(message, name=name)) for _ in range(100))

    assert passed("uvicorn.error", "Invalid HTTP request received.") == MOST_ALIKE
    assert passed("uvicorn.error", "another") == MOST_ALIKE
    assert passed("shmscope.web.app", "another") == 100
    clock.now_s += WINDOW_S
    assert passed("uvicorn.error", "another") == MOST_ALIKE


def test_lines_go_to_the_standard_error_of_the_moment_and_only_meanwhile(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = logging.getLogger("shmscope.test_logs")
    with logging_to_stderr("text", "info"):
        log.info("told")
        log.debug("not told")
        logging.getLogger("uvicorn.error").info("told too")
    log.warning("too late")
    told = capsys.readouterr().err.splitlines()
    assert [line.rpartition(": ")[2] for line in told] == ["told", "told too"]


def test_a_log_that_nobody_reads_any_more_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with logging_to_stderr("json", "info"), os.fdopen(writing, "w", newline="") as gone:
        monkeypatch.setattr("sys.stderr", gone)
        logging.getLogger("shmscope").warning("nobody reads this")
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), writing)  # what is left in the buffer goes there
