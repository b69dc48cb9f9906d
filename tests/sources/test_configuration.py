from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.layout.hand_strategies import TABLES, rules

from shmscope.errors import ConfigurationError
from shmscope.layout.hand import LayoutRule, format_toml
from shmscope.sources.configuration import (
    MAX_FILE_BYTES,
    MAX_ROOTS,
    MAX_TABLES,
    Configuration,
    Content,
    parse_configuration,
)

NOBODY = 65534
FRAME = LayoutRule("psm_1a2b", np.dtype("<f4"), (4, -1), 64, title="frame")
TICKS = LayoutRule("ticks*", np.dtype([("time", "<f8"), ("price", "<f4")]))
OPTION = LayoutRule("given", np.dtype("<i2"))


def told(*written: LayoutRule) -> str:
    return "".join(format_toml(rule) for rule in written)


def no_problem(configuration: Configuration) -> bool:
    return configuration.problem is None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a configuration file with one rule."""
    path = tmp_path / "shmscope.toml"
    path.write_text(told(FRAME))
    return path


def replace_file(file: Path, text: str) -> None:
    """Write a file as editors do: beside it, and then renamed."""
    beside = file.with_suffix(".new")
    beside.write_text(text)
    beside.rename(file)


def test_without_a_file_there_are_the_options() -> None:
    configuration = Configuration(None, [OPTION])
    assert configuration.rules == (OPTION,)
    assert (configuration.roots, configuration.problem, configuration.path) == ((), None, None)
    assert not configuration.refresh()


def test_options_stand_before_the_rules_of_the_file(file: Path) -> None:
    file.write_text('roots = ["/milk/shm", "/milk/shm", "/tmp/x"]\n' + told(FRAME, TICKS))
    configuration = Configuration(str(file), [OPTION])
    assert configuration.rules == (OPTION, FRAME, TICKS)
    assert configuration.roots == ("/milk/shm", "/tmp/x")
    assert (configuration.path, configuration.problem) == (str(file), None)


def test_a_file_that_stays_is_no_change(file: Path) -> None:
    configuration = Configuration(str(file))
    assert [configuration.refresh() for _ in range(3)] == [False] * 3
    os.utime(file)
    assert not configuration.refresh()


def test_a_file_that_stays_is_not_read_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(file, (1e9, 1e9))
    configuration = Configuration(str(file))
    monkeypatch.setattr(os, "open", None)
    assert not configuration.refresh()
    assert configuration.problem is None


@pytest.mark.parametrize("write", [Path.write_text, replace_file])
def test_a_file_that_changes_is_read_again(file: Path, write: Any) -> None:
    configuration = Configuration(str(file), [OPTION])
    write(file, told(TICKS))
    assert configuration.refresh()
    assert configuration.rules == (OPTION, TICKS)
    assert not configuration.refresh()


def test_roots_alone_are_a_change(file: Path) -> None:
    configuration = Configuration(str(file))
    file.write_text('roots = ["/milk/shm"]\n' + told(FRAME))
    assert configuration.refresh()
    assert (configuration.roots, configuration.rules) == (("/milk/shm",), (FRAME,))


def test_a_change_of_the_same_size_right_after_a_look_is_seen(file: Path) -> None:
    configuration = Configuration(str(file))
    for number in range(10, 60):
        file.write_text(told(FRAME).replace("64", str(number)))
        assert configuration.refresh()
        assert configuration.rules[0].offset == number


def test_a_replaced_file_of_the_same_size_and_time_is_seen(file: Path) -> None:
    os.utime(file, (1e9, 1e9))
    configuration = Configuration(str(file))
    beside = file.with_suffix(".new")
    beside.write_text(told(FRAME).replace("64", "32"))
    os.utime(beside, (1e9, 1e9))
    beside.rename(file)
    assert configuration.refresh()
    assert configuration.rules[0].offset == 32


def test_a_link_that_is_turned_to_another_file_is_followed(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file)
    configuration = Configuration(str(link))
    other = file.with_name("other")
    other.write_text(told(TICKS))
    link.unlink()
    link.symlink_to(other)
    assert configuration.refresh()
    assert configuration.rules == (TICKS,)


def test_a_file_that_became_wrong_keeps_the_old_rules_and_says_what_is_wrong(file: Path) -> None:
    configuration = Configuration(str(file))
    wrong = told(FRAME, TICKS).replace("price:<f4", "price:<f9")
    for _ in range(2):
        file.write_text(wrong)
        assert not configuration.refresh()
        assert configuration.rules == (FRAME,)
        assert configuration.problem is not None
        assert configuration.problem.startswith(f"{file}: array 2: dtype: field 'price': '<f9' is")
        assert configuration.problem.endswith(". What the file said before stays.")
    file.write_text(told(TICKS))
    assert configuration.refresh()
    assert configuration.rules == (TICKS,)
    assert no_problem(configuration)


def test_a_file_that_becomes_right_again_is_no_change(file: Path) -> None:
    configuration = Configuration(str(file))
    file.write_text("[[")
    assert not configuration.refresh()
    assert configuration.problem is not None
    file.write_text(told(FRAME))
    assert not configuration.refresh()
    assert configuration.rules == (FRAME,)
    assert no_problem(configuration)


def test_a_file_that_vanished_keeps_the_old_rules_until_it_is_back(file: Path) -> None:
    os.utime(file, (1e9, 1e9))
    configuration = Configuration(str(file))
    aside = file.rename(file.with_name("aside"))
    assert not configuration.refresh()
    assert configuration.rules == (FRAME,)
    assert configuration.problem == (
        f"{file}: No such file or directory. What the file said before stays."
    )
    aside.rename(file)
    assert not configuration.refresh()
    assert configuration.rules == (FRAME,)
    assert no_problem(configuration)


def test_an_emptied_file_has_no_rules(file: Path) -> None:
    configuration = Configuration(str(file), [OPTION])
    file.write_text("")
    assert configuration.refresh()
    assert configuration.rules == (OPTION,)


@given(st.lists(rules(), max_size=4), st.data())
def test_a_file_cut_anywhere_is_an_error_or_fewer_rules(
    written: list[LayoutRule], data: st.DataObject
) -> None:
    whole = told(*written).encode()
    assert parse_configuration(whole) == Content(tuple(written))
    cut = data.draw(st.integers(0, len(whole)))
    try:
        found = parse_configuration(whole[:cut])
    except ConfigurationError:
        return
    assert len(found.rules) <= len(written)


def descriptors() -> set[str]:
    return set(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("what", ["nothing", "folder", "pipe", "long", "nul", "loop"])
def test_what_is_no_file_is_a_configuration_error_and_nothing_stays_open(
    tmp_path: Path, what: str
) -> None:
    path = tmp_path / what
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "long":
        path.write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    elif what == "loop":
        path.symlink_to(path)
    name = f"{path}\0" if what == "nul" else str(path)
    before = descriptors()
    with pytest.raises(ConfigurationError) as caught:
        Configuration(name)
    assert caught.value.detail.startswith(f"{name}: ")
    assert caught.value.value == name
    assert descriptors() == before


@pytest.fixture
def secret(file: Path) -> Iterator[Path]:
    """Yield a file that may not be read; root, who may read everything, is somebody else then."""
    own = os.geteuid()
    file.chmod(0)
    if own == 0:
        os.seteuid(NOBODY)
    yield file
    os.seteuid(own)


def test_a_file_that_may_not_be_read_is_a_configuration_error(secret: Path) -> None:
    with pytest.raises(ConfigurationError, match="Permission denied"):
        Configuration(str(secret))


def test_a_file_of_the_most_bytes_is_read(file: Path) -> None:
    file.write_text(told(FRAME).ljust(MAX_FILE_BYTES, "#"))
    assert Configuration(str(file)).rules == (FRAME,)


TABLE = '[[array]]\nname = "a"\ndtype = "<f4"\n'


@pytest.mark.parametrize(
    ("text", "field", "complaint"),
    [
        ("[[", None, "^no TOML: .*end of document"),
        ("\xff", None, "^no TOML: .*utf-8"),
        ("a = " + "[" * 5000, None, "^no TOML: "),
        ("a = 2026-13-01", None, "^no TOML: "),
        ("[[arrays]]", "arrays", "^'arrays' is no key here; did you mean 'array'"),
        ("x = 1", "x", "Known are array, limits, roots, server$"),
        ('[array]\nname = "a"', "array", "begins with \\[\\[array\\]\\]"),
        ("array = [1]", None, "^array 1: a layout must be a table .* not int"),
        (TABLE + "[[array]]\n", "name", "^array 2: name: is missing"),
        (TABLE + "shape = [4.0]", "shape", "^array 1: shape must be made of integers, not 4.0"),
        (TABLE + "shape = [true]", "shape", "made of integers, not True"),
        (TABLE + "offset = 1979-05-27", "offset", "must be an integer"),
        (TABLE + f"offset = 0x{'f' * 9000}", "offset", "too long"),
        (TABLE + "unit = 7", "unit", "must be text, not 7"),
        (TABLE + "tittle = 'x'", "tittle", "is no key here. Known are name, dtype"),
        (TABLE * (MAX_TABLES + 1), "array", "10,001 tables; 10,000 are allowed"),
        ('roots = "/milk"', "roots", "must be a list of absolute paths"),
        ('roots = ["milk"]', "roots", "must be a list of absolute paths"),
        ('roots = ["~/milk"]', "roots", "must be a list of absolute paths"),
        ("roots = [1]", "roots", "must be a list of absolute paths"),
        ('roots = ["/a\\u0000"]', "roots", "must be a list of absolute paths"),
        (f"roots = {['/a'] * (MAX_ROOTS + 1)}", "roots", "1,001 folders; 1,000 are allowed"),
    ],
    ids=range(22),
)
def test_a_file_that_says_what_cannot_be_is_told_with_table_and_field(
    text: str, field: str | None, complaint: str
) -> None:
    with pytest.raises(ConfigurationError, match=complaint) as caught:
        parse_configuration(text.encode("latin-1"))
    assert caught.value.field == field
    assert len(caught.value.detail) < 1000


def test_as_many_tables_as_are_allowed_are_read() -> None:
    assert len(parse_configuration((TABLE * MAX_TABLES).encode()).rules) == MAX_TABLES


@given(st.binary() | st.text('[]array="roots\n name.{}', max_size=60).map(str.encode))
def test_hostile_bytes_are_a_configuration_error_or_rules(text: bytes) -> None:
    try:
        content = parse_configuration(text)
    except ConfigurationError:
        return
    assert content == Content()


@given(TABLES)
def test_hostile_tables_are_a_configuration_error_or_rules(table: dict[str, Any]) -> None:
    lines = [f"{key} = {json.dumps(value, default=str)}\n" for key, value in table.items()]
    try:
        content = parse_configuration(("[[array]]\n" + "".join(lines)).encode())
    except ConfigurationError:
        return
    assert parse_configuration(told(*content.rules).encode()) == content


def test_settings_of_the_server_are_handed_on_as_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "shmscope.toml"
    file.write_text('[server]\nport = 80\nallow = ["a*"]\nunheard_of = "whatever"\n')
    found = Configuration(str(file))
    assert found.server == {"port": 80, "allow": ["a*"], "unheard_of": "whatever"}
    assert Configuration(None).server == {}


@pytest.mark.parametrize("text", ["server = 80", "[[server]]\nport = 80", 'server = "x"'])
def test_settings_that_are_no_table_are_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"server: begins with \[server\]") as caught:
        parse_configuration(text.encode())
    assert caught.value.field == "server"
