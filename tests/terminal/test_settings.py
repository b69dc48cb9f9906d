"""Settings: one table, three places, and errors that say which of them is wrong."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from shmscope.errors import ConfigurationError
from shmscope.sources.ceilings import DEFAULT
from shmscope.sources.configuration import Configuration
from shmscope.terminal.given import Given, add_settings
from shmscope.terminal.service import Service, service_of
from shmscope.terminal.settings import SETTINGS, Setting
from shmscope.web.access import LOOPBACK
from shmscope.web.allowance import QUOTA
from shmscope.web.limits import LIMITS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
TABLE = DOCUMENT[DOCUMENT.index("## All of them") : DOCUMENT.index("## Of a hub")]
TOKEN = "0123456789abcdefghij"
FILE = "/etc/shmscope.toml"

# One value for each setting, as it is typed and as it is meant: none is the default.
OTHERS: dict[str, tuple[str, Any]] = {
    "host": ("::1", "::1"),
    "port": ("80", 80),
    "no_browser": ("yes", True),
    "token": (TOKEN, TOKEN),
    "token_file": ("/run/token", Path("/run/token")),
    "auth_time": ("2s", 2.0),
    "certificate": ("a.pem", Path("a.pem")),
    "key": ("b.pem", Path("b.pem")),
    "allow": ("psm_*, heat", ("psm_*", "heat")),
    "deny": ("secret*", ("secret*",)),
    "embed": ("http://localhost:8888", ("http://localhost:8888",)),
    "allow_host": ("box.example", ("box.example",)),
    "cpu_budget": ("10%", 0.1),
    "read_budget": ("5MiB/s", 5 << 20),
    "client_frames": ("60", 60.0),
    "client_bytes": ("6MiB/s", 6 << 20),
    "max_copies": ("3", 3),
    "max_copy": ("1MiB", 1 << 20),
    "max_copies_memory": ("2MiB", 2 << 20),
    "max_watches": ("9", 9),
    "max_array_watches": ("4", 4),
    "max_clients": ("7", 7),
    "max_subscriptions": ("5", 5),
    "max_message": ("2KiB", 2048),
    "max_stream_points": ("100", 100),
    "max_rest_points": ("1000", 1000),
    "max_body": ("3KiB", 3072),
    "max_requests": ("11", 11),
    "request_time": ("0.5", 0.5),
    "log_format": ("json", "json"),
    "log_level": ("info", "info"),
}


def given(
    *options: str,
    environment: Mapping[str, str] | None = None,
    table: Mapping[str, object] | None = None,
) -> Given:
    parser = ArgumentParser(exit_on_error=False)
    add_settings(parser)
    return Given(parser.parse_args(options), environment or {}, table or {}, FILE)


def service(*options: str) -> Service:
    return service_of(given(*options), Configuration(None))


def as_option(setting: Setting, text: str) -> list[str]:
    return [f"{setting.option}={text}"] if setting.metavar else [setting.option]


def test_every_setting_has_another_value_to_try() -> None:
    assert [setting.name for setting in SETTINGS] == list(OTHERS)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_read_alike_from_each_of_its_places(setting: Setting) -> None:
    text, value = OTHERS[setting.name]
    assert given()[setting.name] != value
    for found, place in (
        (given(*as_option(setting, text)), setting.option),
        (given(environment={setting.variable: text}), setting.variable),
        (given(table={setting.name: text}), f"{FILE}: server: {setting.name}"),
    ):
        assert found[setting.name] == value
        assert found.place(setting.name) == place


def test_the_command_line_beats_the_environment_which_beats_the_file() -> None:
    environment, table = {"SHMSCOPE_PORT": "2"}, {"port": 3}
    assert given("--port", "1", environment=environment, table=table)["port"] == 1
    assert given(environment=environment, table=table)["port"] == 2
    assert given(environment={"SHMSCOPE_PORT": ""}, table=table)["port"] == 3
    assert given()["port"] == 8765


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("port", 80, 80),
        ("no_browser", True, True),
        ("no_browser", False, False),
        ("request_time", 2.5, 2.5),
        ("allow", ["a*", "b,c"], ("a*", "b", "c")),
        ("max_body", 4096, 4096),
    ],
)
def test_a_file_may_use_tomls_own_kinds(name: str, value: object, meant: object) -> None:
    assert given(table={name: value})[name] == meant


def test_lists_are_given_with_commas_or_again_and_again() -> None:
    assert given("--allow", "a,b", "--allow", "c")["allow"] == ("a", "b", "c")


@pytest.mark.parametrize(
    ("environment", "table", "place"),
    [
        ({"SHMSCOPE_MAX_CLIENTS": "0"}, {}, "SHMSCOPE_MAX_CLIENTS: "),
        ({}, {"max_clients": 0}, "/etc/shmscope.toml: server: max_clients: "),
    ],
)
def test_a_wrong_value_is_refused_with_its_place_and_limit(
    environment: dict[str, str], table: dict[str, object], place: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        given(environment=environment, table=table)
    assert caught.value.detail == f"{place}'0' is no whole number from 1 to 100000"
    assert (caught.value.value, caught.value.limit) == ("0", "1 to 100000")
    assert caught.value.field == "max_clients"


@pytest.mark.parametrize("value", [[1], {"a": 1}, ["x", ["y"]]])
def test_a_file_with_another_kind_of_value_is_refused(value: object) -> None:
    with pytest.raises(ConfigurationError, match=r"server: port: .* is not one text or number"):
        given(table={"port": value})


def test_an_unknown_key_is_refused_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(ConfigurationError, match=r"server: 'prot' .* did you mean 'port'\?"):
        given(table={"prot": 1})


@pytest.mark.parametrize("value", ["short", [TOKEN], "no blanks in it, please"])
def test_an_error_does_not_repeat_a_secret(value: object) -> None:
    with pytest.raises(ConfigurationError) as caught:
        given(table={"token": value})
    assert str(value) not in caught.value.detail


def test_defaults_of_the_table_are_those_of_the_parts() -> None:
    found = service()
    assert found.configuration.ceiling == DEFAULT
    assert (found.quota, found.limits, found.access) == (QUOTA, LIMITS, LOOPBACK)
    assert found.browser
    assert (found.log_form, found.log_level, found.cautions) == ("text", "warning", ())


def test_every_setting_reaches_its_part() -> None:
    plain = service()
    for setting in SETTINGS:
        text, _ = OTHERS[setting.name]
        if setting.name == "token_file":
            continue
        found = service(*as_option(setting, text))
        parts = [found, found.configuration.ceiling]
        assert parts != [plain, plain.configuration.ceiling], setting.name


def test_a_token_comes_from_a_file_and_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    found = service("--token-file", str(path))
    assert (found.access.token, found.shows_token, found.browser) == (TOKEN, False, False)
    assert found.cautions == ()
    assert TOKEN not in repr(given("--token-file", str(path))["token_file"])


def test_a_token_on_the_command_line_is_warned_of() -> None:
    [caution] = service("--token", TOKEN).cautions
    assert "--token-file or SHMSCOPE_TOKEN" in caution
    found = service_of(given(environment={"SHMSCOPE_TOKEN": TOKEN}), Configuration(None))
    assert (found.access.token, found.cautions) == (TOKEN, ())


def test_a_variable_that_is_misspelt_is_warned_of_and_those_of_others_are_not() -> None:
    others = {"SHMSCOPE_SERVICE_HOST": "10.0.0.1", "SHMSCOPE_PORT_8765_TCP": "x", "TOKEN": "x"}
    environment = {"SHMSCOPE_TOKNE": TOKEN, "SHMSCOPE_PORT": "0", "SHMSCOPE_CONFIG": "x", **others}
    [caution] = service_of(given(environment=environment), Configuration(None)).cautions
    assert caution.startswith("SHMSCOPE_TOKNE is no setting")
    assert "did you mean SHMSCOPE_TOKEN?" in caution


def test_beyond_loopback_a_token_is_made_and_shown() -> None:
    first, second = service("--host", "0.0.0.0"), service("--host", "0.0.0.0")
    assert first.shows_token
    assert first.access.token
    assert first.access.token != second.access.token


@pytest.mark.parametrize(
    ("text", "complaint"), [(None, "No such file"), ("short", "must have 16 to 512")]
)
def test_a_token_file_that_cannot_be_used_is_named(
    tmp_path: Path, text: str | None, complaint: str
) -> None:
    path = tmp_path / "token"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        service("--token-file", str(path))
    assert caught.value.detail.startswith(f"--token-file: {path}: ")
    assert complaint in caught.value.detail


def test_two_tokens_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--token-file: there is a token already: --token"):
        service("--token-file", str(tmp_path), "--token", TOKEN)


def row_of(setting: Setting) -> str:
    """Return the line of docs/settings.md that tells of a setting."""
    default = f"`{setting.default}`" if setting.default else ""
    option = f"`{setting.option} {setting.metavar}`" if setting.metavar else f"`{setting.option}`"
    cells = [option, f"`{setting.variable}`", f"`{setting.name}`", default, setting.about]
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def test_the_document_lists_every_setting_and_no_other() -> None:
    listed = re.findall(r"^\| `--.*$", TABLE, re.MULTILINE)
    assert listed == [row_of(setting) for setting in SETTINGS]


def test_errors_are_those_documented(tmp_path: Path) -> None:
    rows = dict(re.findall(r"^\| `(.*?)`.* \| ([^|]*: '[^|]*) \|$", DOCUMENT, re.MULTILINE))
    assert len(rows) == 4
    for written, error in rows.items():
        path = tmp_path / "shmscope.toml"
        path.write_text(f"[server]\n{written}" if " = " in written else "")
        variables = dict([written.partition(" ")[0].split("=")]) if written[0] == "S" else {}
        environment = {**os.environ, **variables}
        options = shlex.split(written)[2:] if written.startswith("shmscope serve") else []
        command = [sys.executable, "-m", "shmscope", "serve", "--config", path.name, *options]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert error in done.stderr


def test_every_limit_is_documented_with_what_comes_of_it() -> None:
    told = set(re.findall(r"`([a-z_]+)`", DOCUMENT[DOCUMENT.index("## When a limit is met") :]))
    limits = {setting.name for setting in SETTINGS if setting.name.startswith(("max_", "client_"))}
    assert limits | {"request_time", "cpu_budget", "read_budget"} <= told
