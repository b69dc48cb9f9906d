"""The fuzz targets, on drawn inputs instead of found ones, and the program that runs them."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz import (
    control_blocks,
    layout_files,
    messages,
    recognisers,
    run,
    selections,
    terminal_texts,
)
from tests.fuzz.sentences import MOST_CHARS
from tests.fuzz.targets import TARGETS, Target
from tests.layout.formats.samples import SAMPLES

from shmscope.errors import LayoutError, SelectionError
from shmscope.layout import objects
from shmscope.layout.runs import plan_read
from shmscope.layout.selection import parse_selection
from shmscope.sources import managers
from shmscope.sources.process_facts import printable
from shmscope.terminal import texts
from shmscope.web import labels
from shmscope.web.session import Session

DOCUMENT = Path(__file__).parents[2] / "docs" / "fuzzing.md"


@st.composite
def changed(draw: st.DrawFn, target: Target) -> bytes:
    """Draw an input that is nearly sound: pieces of it left out, put in, or overwritten."""
    data = bytearray(draw(st.sampled_from(list(target.seeds()))))
    piece = st.binary(max_size=9) | st.sampled_from(target.words).map(str.encode)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 9))] = draw(piece)
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
def test_every_input_to_begin_with_holds_and_fits(name: str) -> None:
    target = TARGETS[name]
    for seed in target.seeds():
        assert len(seed) <= target.most_bytes
        target.check(seed)


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
def test_what_must_hold_for_any_input_holds(name: str, data: st.DataObject) -> None:
    target = TARGETS[name]
    target.check(data.draw(changed(target) | st.binary(max_size=200)))


def refuse_without_a_sentence(*_: object) -> Any:
    raise LayoutError("no")


def refuse_a_selection(*_: object) -> Any:
    raise SelectionError("a sentence with what clears the screen: \x1b[2J")


def fail(*_: object) -> Any:
    raise KeyError("hostile")


BROKEN: dict[str, tuple[str, object, str, object]] = {
    "slots that differ": ("control-blocks", control_blocks, "parse_plain_slots", lambda _: []),
    "a label as it is": ("control-blocks", control_blocks, "decode_label", lambda _: "\x1b[2J"),
    "a recogniser that fails": ("recognisers", recognisers, "RECOGNISERS", (fail,)),
    "a sentence that commands": ("selections", selections, "parse_selection", refuse_a_selection),
    "another element than numpy's": (
        "selections",
        selections,
        "plan_read",
        lambda layout, _: plan_read(layout, parse_selection("...", layout.shape)),
    ),
    "a message that raises": ("messages", Session, "_handle", fail),
    "an answer for nothing": ("messages", Session, "backlog", 7),
    "an error without a sentence": (
        "layout-files",
        layout_files,
        "parse_configuration",
        refuse_without_a_sentence,
    ),
    "a cell that is a formula": ("terminal-texts", terminal_texts, "plain_csv", printable),
    "an escape": ("terminal-texts", terminal_texts, "plain_json", str),
    "a file that raises": ("layout-files", layout_files, "parse_configuration", fail),
}


def check_all(target: Target) -> None:
    """Check all inputs to begin with."""
    for seed in target.seeds():
        target.check(seed)


@pytest.mark.parametrize("how", BROKEN)
def test_what_breaks_a_promise_is_found(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    name, place, attribute, broken = BROKEN[how]
    monkeypatch.setattr(place, attribute, broken)
    with pytest.raises((AssertionError, KeyError)):
        check_all(TARGETS[name])


def test_every_recogniser_knows_an_input_to_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[str] = []
    monkeypatch.setattr(recognisers, "check_fits", lambda found, _: known.append(found.format))
    for seed in TARGETS["recognisers"].seeds():
        recognisers.check(seed)
    assert len(set(known)) == len(SAMPLES)


LOG = """\
#262144\tpulse  cov: 211 ft: 900 corp: 99/12Kb lim: 400 exec/s: 9999 rss: 90Mb
#300000\tDONE   cov: 345 ft: 1200 corp: 99/12Kb lim: 400 exec/s: 9999 rss: 90Mb
Done 300000 runs in 31 second(s)
stat::number_of_executed_units: 300000
stat::peak_rss_mb:              91
"""


def test_figures_are_those_that_the_fuzzer_tells_last() -> None:
    found = run.read_figures(LOG, broke=False)
    assert found == run.Figures(300_000, 31, 345, 91, broke=False)
    assert found.row("selections") == "| `selections` | 300,000 | 31 | 345 | 91 | nothing |"
    assert "breaks it" in run.read_figures("", broke=True).row("selections")


def test_figures_of_several_runs_are_added_up(tmp_path: Path) -> None:
    run.add_up("selections", run.Figures(5, 2, 40, 90, broke=True), tmp_path)
    found = run.add_up("selections", run.Figures(7, 1, 30, 95, broke=False), tmp_path)
    assert found == run.Figures(12, 3, 40, 95, broke=False)
    assert run.add_up("messages", found, tmp_path) == found


def test_a_target_that_there_is_not_is_a_misspelling(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run.main(["selection"])
    assert "there is no target 'selection'" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed")
def test_the_fuzzer_runs_a_target(tmp_path: Path) -> None:
    found = run.fuzz("selections", 1, tmp_path)
    assert not found.broke, (tmp_path / "selections.log").read_text()
    assert found.executions > 0
    assert found.edges > 100


def test_the_document_tells_of_every_target_and_of_enough_executions() -> None:
    text = DOCUMENT.read_text("utf-8")
    cells = r"^\| `([a-z-]+)` \| ([0-9,]+) \| ([0-9,]+) \| .* \| nothing \|$"
    rows = re.findall(cells, text, re.MULTILINE)
    assert [name for name, _, _ in rows] == list(TARGETS)
    executions = sum(int(count.replace(",", "")) for _, count, _ in rows)
    assert executions >= 10_000_000
    assert f"{executions:,} executions" in text
    assert run.HEADER.splitlines()[0] in text


def test_the_document_tells_the_limits_of_an_input() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert f"{run.INPUT_S} seconds" in text
    assert f"{run.MOST_MIB:,} MiB" in text
    assert f"{control_blocks.MOST_BLOCK_BYTES:,} bytes" in text
    assert f"{recognisers.MOST_READ_BYTES >> 20} MiB" in text
    assert f"{messages.MOST_ANSWER_BYTES:,} bytes" in text
    assert f"10 to {MOST_CHARS:,} characters" in text


def test_the_document_tells_how_much_is_shown() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert f"`show` {texts.MOST_CHARS:,} characters are shown" in text
    assert f"at most {labels.MOST_CHARS} characters" in text
    assert f"{objects.MAX_ELEMENTS:,} numbers or {objects.MAX_TEXT_BYTES >> 20} MiB" in text
    assert f"the first {objects.MAX_TEXT} characters" in text
    assert f"an answer of up to {managers.MAX_ANSWER_BYTES >> 20} MiB" in text
