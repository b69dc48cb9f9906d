"""docs/layouts.md says what the parsers know, and all that it shows can be read."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from tests.layout.strategies import outcome

from shmscope.errors import ConfigurationError, LayoutError
from shmscope.layout.dtypes import MAX_ITEM_BYTES
from shmscope.layout.hand import (
    KEYS,
    LayoutRule,
    format_dtype_text,
    parse_dtype_text,
    parse_option,
    parse_rule,
)
from shmscope.layout.hand.rule import OPEN
from shmscope.sources.configuration import (
    MAX_FILE_BYTES,
    MAX_ROOTS,
    MAX_TABLES,
    parse_configuration,
)

DOC = (Path(__file__).parents[2] / "docs" / "layouts.md").read_text()
COMMANDS = re.findall(r"^    (shmscope .*)$", DOC, re.MULTILINE)


def section(heading: str) -> str:
    """Return what stands between a heading and the next one."""
    _, _, rest = DOC.partition(f"\n{heading}\n")
    assert rest, heading
    return re.split(r"^#", rest, maxsplit=1, flags=re.MULTILINE)[0]


def table(heading: str) -> list[list[str]]:
    """Return the cells of the first table under a heading, without its head."""
    lines = re.findall(r"^\| (.*)\|$", section(heading), re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines[1:]]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)


def test_the_keys_are_those_that_are_known_in_their_order() -> None:
    assert [cells[0].strip("`") for cells in table("## Keys")] == list(KEYS)


def test_the_defaults_are_those_of_a_rule() -> None:
    rule = LayoutRule("a", np.dtype("<f4"))
    defaults = {cells[0].strip("`"): cells[2].strip("`") for cells in table("## Keys")}
    for key in ("shape", "offset", "order"):
        written = parse_option(f"name=a dtype=<f4 {key}={defaults[key]}")
        assert written == rule
    for key in ("strides", "as", "unit", "labels", "about"):
        assert getattr(rule, KEYS[key].attribute) is None


def test_what_must_be_given_is_what_the_parser_misses() -> None:
    assert "All but `name` and `dtype` may be left out" in section("## Keys")
    parse_rule({"name": "a", "dtype": "u1"})
    for key in ("name", "dtype"):
        error = outcome(parse_rule, {"name": "a", "dtype": "u1", key: None})
        assert isinstance(error, LayoutError)
        assert error.field == key


@pytest.mark.parametrize("command", COMMANDS, ids=range(len(COMMANDS)))
def test_every_command_can_be_given(command: str) -> None:
    words = shlex.split(command)
    assert words[2] in ("--array", "--config")
    assert words[1] in ("serve", "demo", "ls", "show", "cat")
    if words[2] == "--array":
        assert parse_option(words[3]).dtype.itemsize
    assert len(words) == 4


def test_the_commands_show_both_options() -> None:
    assert {shlex.split(command)[2] for command in COMMANDS} == {"--array", "--config"}


def test_the_file_can_be_read() -> None:
    (text,) = blocks("toml")
    content = parse_configuration(text.encode())
    assert content.roots == ("/milk/shm",)
    frame, ticks, record = content.rules
    assert frame == parse_option(shlex.split(COMMANDS[0])[3])
    assert ticks.matches("ticks/today")
    assert ticks.dtype.itemsize == 16
    assert (record.shape, record.labels) == ((4, OPEN), ("x", "y", "z"))


def test_the_json_can_be_read() -> None:
    (text,) = blocks("json")
    rule = parse_rule(json.loads(text), pattern="psm_1a2b")
    assert (rule.shape, rule.offset, rule.order) == ((4, OPEN), 64, "F")


def test_the_forms_of_a_dtype_can_be_read_and_those_of_a_shape_are_the_same() -> None:
    forms = [text for cells in table("### dtype") for text in re.findall(r"`([^`]+)`", cells[1])]
    assert len(forms) == 11
    for form in forms:
        assert parse_dtype_text(form).itemsize
    assert parse_dtype_text(forms[-1]) == parse_dtype_text(forms[-2])
    assert format_dtype_text(parse_dtype_text(forms[-1])) == forms[6]
    (cell,) = (cells[1] for cells in table("## Keys") if cells[0] == "`shape`")
    for shape in re.findall(r"`([^`]+)`", cell):
        assert parse_rule({"name": "a", "dtype": "u1", "shape": shape}).shape == (4, 1024)


def test_the_limits_are_those_of_the_parser() -> None:
    limits = f"{MAX_FILE_BYTES >> 20} MiB, {MAX_TABLES:,} tables and {MAX_ROOTS:,} roots"
    assert f"A file has at most {limits}." in DOC
    assert f"Elements have at most {MAX_ITEM_BYTES >> 20} MiB" in DOC


@pytest.mark.parametrize("row", table("## What cannot be"), ids=lambda row: row[0][:60])
def test_every_error_is_told_as_it_is(row: list[str]) -> None:
    written, segment, sentence = row
    with pytest.raises(LayoutError) as caught:
        parse_option(written.strip("`")).resolve(int(segment)).check_fits(int(segment))
    assert caught.value.detail == sentence
    assert caught.value.field is not None


def test_an_error_of_the_file_names_the_table() -> None:
    tables = '[[array]]\nname = "a"\ndtype = "<f4"\n' * 2 + "shape = [-1, -1]"
    with pytest.raises(ConfigurationError) as caught:
        parse_configuration(tables.encode())
    assert f"`shmscope.toml: {caught.value.detail}`" in DOC
