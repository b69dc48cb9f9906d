"""One run of all benchmarks: what fails is told, what is found is kept and drawn."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TypeAlias
from xml.etree import ElementTree as ET

import pytest
from bench import report, run
from bench.curves import Curve
from bench.paired import Ratio
from bench.picture import draw
from bench.results import Result, Row, read_results, tables

ROOT = Path(__file__).parents[2]
RATIO = Ratio("a | b", "<limit>", 1.0, 2.0, "ms", [0.4, 0.5, 0.7])
CURVE = Curve("CPU", "arrays", "ms", 1.0, "why", [[1, 1.0], [10, 1.0], [100, 10.0], [1000, 100.0]])  # type: ignore[list-item] # as JSON has points
SVG = "{http://www.w3.org/2000/svg}"

Measure: TypeAlias = Callable[[], list[Row]]
Take: TypeAlias = Callable[..., None]


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Take:
    """Return what takes the benchmarks, of which there may be a first, a second and a third."""

    def take(**measures: Measure) -> None:
        for name, measure in measures.items():
            monkeypatch.setitem(sys.modules, f"bench.{name}", SimpleNamespace(measure=measure))

    monkeypatch.setattr(run, "BENCHMARKS", ("first", "second", "third"))
    return take


def fail() -> list[Row]:
    raise TimeoutError("nobody came")


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - drawn here


def test_one_that_fails_is_told_and_the_others_go_on(
    benchmarks: Take, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    benchmarks(first=lambda: [RATIO], second=fail, third=lambda: [CURVE])
    assert run.main([], tmp_path) == 1
    told = capsys.readouterr()
    assert "failed: second" in told.err
    assert str(CURVE) in told.out
    assert "It failed: TimeoutError: nobody came" in (tmp_path / "results.md").read_text()


def test_all_that_succeed_end_with_zero(benchmarks: Take, tmp_path: Path) -> None:
    benchmarks(first=lambda: [RATIO], second=list, third=lambda: [CURVE])
    assert run.main([], tmp_path) == 0


@pytest.mark.usefixtures("benchmarks")
def test_name_that_is_no_benchmark_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["fourth"], tmp_path) == 2
    assert "no benchmark 'fourth'; there are first, second, third" in capsys.readouterr().err


def test_run_of_one_keeps_what_the_others_found(benchmarks: Take, tmp_path: Path) -> None:
    benchmarks(first=lambda: [RATIO], third=lambda: [CURVE])
    run.main(["third"], tmp_path)
    run.main(["first"], tmp_path)
    found = read_results(tmp_path)
    assert list(found) == ["first", "third"]
    assert found["first"].ratios == [RATIO]
    assert found["third"].curves == [CURVE]


def test_tables_have_a_line_a_row_and_escape_bars() -> None:
    text = tables({"first": Result("a machine", 1.0, [RATIO], [CURVE])})
    assert "Measured on a machine." in text
    assert r"| a \| b | 1 ms | <limit> | 2 ms | 0.5 | 0.40 to 0.70 |" in text
    assert "| CPU | 1 ms | 100 ms | 1 to 1,000 arrays | n^0.70 | n^0.00 up to" in text


def test_tables_of_two_machines_name_each() -> None:
    text = tables({"first": Result("one", 1.0, [RATIO]), "second": Result("another", 1.0)})
    assert re.findall("Measured on (.*)[.]", text) == ["one", "another"]


def test_picture_is_svg_in_which_names_are_text() -> None:
    root = parsed(draw({"first": Result("", 1.0, [RATIO, RATIO], [CURVE])}))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert texts.count("a | b / <limit>") == 1
    assert "CPU" in texts
    assert len(root.findall(f"{SVG}rect")) == 1


def test_picture_of_nothing_is_empty() -> None:
    assert not list(parsed(draw({})).iter(f"{SVG}text"))


def test_report_replaces_the_figures_alone(
    benchmarks: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    benchmarks(first=lambda: [RATIO])
    run.main(["first"], tmp_path)
    monkeypatch.setattr(report, "BENCHMARKS", ("first",))
    (tmp_path / "images").mkdir()
    page = tmp_path / "benchmarks.md"
    page.write_text(f"What it is.\n{report.MARK}Old figures.\n")
    assert report.main(tmp_path, tmp_path) == 0
    assert page.read_text().startswith(f"What it is.\n{report.MARK}\n{report.PICTURE}\nMeasured on")
    assert "Old figures" not in page.read_text()
    assert (tmp_path / "images" / "benchmarks.svg").is_file()


def test_page_describes_every_benchmark() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text()
    described = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert tuple(described) == run.BENCHMARKS
    assert report.MARK in text
