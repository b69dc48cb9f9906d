"""docs/faults.md and this suite say the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tests.faults.measured import DOCUMENT, faults, numbers

HERE = Path(__file__).parent


def written_here() -> set[str]:
    """Return every test of this folder but these, as `module::test`."""
    return {
        f"{module.stem}::{node.name}"
        for module in HERE.glob("test_*.py")
        if module != Path(__file__)
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def noted_here() -> list[str]:
    """Return patterns of all that the suite measures."""
    trees = (ast.parse(path.read_text()) for path in HERE.glob("*.py"))
    nodes = [node for tree in trees for node in ast.walk(tree)]
    what = [
        node.args[0]
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr, len(node.args)) == ("note", 2)
    ]
    return [pattern_of(one) for one in what]


def pattern_of(text: ast.expr) -> str:
    """Return what matches a text, whatever it is filled with."""
    if isinstance(text, ast.Constant):
        return re.escape(str(text.value))
    assert isinstance(text, ast.JoinedStr)
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
        for part in text.values
    )


def test_every_fault_of_the_document_has_its_tests_and_every_test_its_fault() -> None:
    listed = faults()
    assert len(listed) >= 13
    assert all(listed.values()), "a fault without a test"
    assert {test for tests in listed.values() for test in tests} == written_here()


def test_the_document_has_every_number_that_is_measured_and_no_other() -> None:
    told, noted = list(numbers()), noted_here()
    assert len(noted) > 10
    for pattern in noted:
        assert any(re.fullmatch(pattern, what) for what in told), f"{pattern} is not told"
    for what in told:
        assert any(re.fullmatch(pattern, what) for pattern in noted), f"{what} is not measured"


@pytest.mark.parametrize("what", ["requests not answered", "living writers said to be dead"])
def test_numbers_that_must_be_nothing_are(what: str) -> None:
    assert numbers()[what] == "0"


def test_the_document_tells_how_its_numbers_are_measured() -> None:
    assert "SHMSCOPE_FAULTS=1 .venv/bin/pytest tests/faults" in DOCUMENT.read_text()
