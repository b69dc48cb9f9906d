"""The command line, as a shell runs it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx2
import pytest
from tests.web.reading import decode_message
from websockets.sync.client import connect

import shmscope
from shmscope import cli
from shmscope.errors import AddressError
from shmscope.web.server import address_of, listen

COMMAND = str(Path(sys.executable).with_name("shmscope"))
# A terminal that ignores a signal hands that on: begin as a fresh terminal would.
FRESH = ("env", "--default-signal=HUP,INT,TERM")
TIMEOUT_S = 30.0


def shmscope_with(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself; no traceback ever."""
    done = subprocess.run(
        [COMMAND, *arguments], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert "Traceback" not in done.stderr
    return done


class Serving:
    """`shmscope serve` as a process.

    Attributes:
        address: What it printed.
    """

    def __init__(
        self, *arguments: str, signals: tuple[str, ...] = FRESH, stdin: int | None = None
    ) -> None:
        self.process = subprocess.Popen(
            [*signals, COMMAND, "serve", "--port", "0", "--no-browser", *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        self.address = self.line.split()[1]

    def end(self, number: signal.Signals) -> tuple[int, str, str]:
        """Send a signal; return exit code, further output, and what it complained of."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode, out, err

    def close(self) -> None:
        """Kill it if a test has left it running."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate(timeout=TIMEOUT_S)


@pytest.fixture
def serving() -> Iterator[Serving]:
    """A server."""
    with closing(Serving()) as server:
        yield server


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_serve_prints_its_address_and_serves_and_ends_well(
    serving: Serving, number: signal.Signals
) -> None:
    assert re.fullmatch(r"shmscope: http://127\.0\.0\.1:[0-9]+/  \(Ctrl-C stops\)\n", serving.line)
    assert httpx2.get(serving.address, trust_env=False).status_code == 200
    assert serving.end(number) == (0, "", "")


def test_serve_ends_well_when_its_terminal_goes_and_nobody_signals_it() -> None:
    ours, theirs = os.openpty()
    with closing(Serving(stdin=theirs)) as server:
        os.close(theirs)
        os.close(ours)
        assert server.process.communicate(timeout=TIMEOUT_S) == ("", "")
        assert server.process.returncode == 0


def test_serve_ends_well_while_pages_are_open(serving: Serving) -> None:
    stream = serving.address.replace("http", "ws", 1) + "api/v1/stream"
    with ExitStack() as stack:
        for _ in range(3):
            page = stack.enter_context(connect(stream, proxy=None))
            assert page.recv(TIMEOUT_S)
        code, _, complaint = serving.end(signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in complaint


def test_nohup_keeps_serving_when_the_terminal_goes() -> None:
    with closing(Serving(signals=("env", "--ignore-signal=HUP"))) as server:
        server.process.send_signal(signal.SIGHUP)
        assert httpx2.get(server.address, trust_env=False).status_code == 200
        assert server.end(signal.SIGTERM)[0] == 0


def test_serve_listens_on_ipv6_where_there_is_one() -> None:
    try:
        listen("::1", 0).close()
    except AddressError as error:
        pytest.skip(error.detail)
    with closing(Serving("--host", "::1")) as server:
        assert server.address.startswith("http://[::1]:")
        assert httpx2.get(server.address, trust_env=False).status_code == 200
        assert server.end(signal.SIGINT)[0] == 0


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_an_error_that_names_a_free_one(command: str) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        done = shmscope_with(command, "--no-browser", "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert f"port {port} is taken" in done.stderr
    found = re.search(r"--port ([0-9]+)", done.stderr)
    assert found is not None
    with socket.create_server(("127.0.0.1", int(found[1]))):
        pass


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.name.invalid", "localhost."])
def test_an_address_that_is_not_this_machines_is_an_error(host: str) -> None:
    done = shmscope_with("serve", "--no-browser", "--port", "0", "--host", host)
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"shmscope: cannot listen on {host}:0: ")


def test_beyond_loopback_a_link_with_a_token_is_printed_once() -> None:
    with closing(Serving("--host", "0.0.0.0")) as server:
        port, token = re.findall(r":([0-9]+)/\?token=([\w-]{43})  ", server.line)[0]
        address = f"http://127.0.0.1:{port}/api/v1/host"
        assert httpx2.get(address, trust_env=False).status_code == 401
        bearer = {"authorization": f"Bearer {token}"}
        assert httpx2.get(address, headers=bearer, trust_env=False).status_code == 200
        code, out, err = server.end(signal.SIGTERM)
    assert (code, out) == (0, "")
    assert "without --certificate" in err
    assert token not in err


def test_a_token_that_was_given_is_not_printed(tmp_path: Path) -> None:
    token, file = "a-token-of-ones-own", tmp_path / "token"
    file.write_text(token)
    with closing(Serving("--token-file", str(file), "--log-level", "info")) as server:
        assert httpx2.get(f"{server.address}api/v1/host", trust_env=False).status_code == 401
        _, out, err = server.end(signal.SIGTERM)
    assert token not in server.line + out + err


@pytest.mark.parametrize("port", ["-1", "65536", "99999999999999999999"])
def test_a_port_that_cannot_be_is_an_error(port: str) -> None:
    done = shmscope_with("serve", "--no-browser", f"--port={port}")
    assert (done.returncode, done.stdout) == (cli.USAGE_ERROR, "")
    assert "from 0 to 65535" in done.stderr


def test_a_loopback_address_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AddressError, match="cannot listen on ::1%nowhere"):
        listen("::1%nowhere", 0)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("sevre",),
        ("serve", "--prot", "1"),
        ("serve", "--port", "http"),
        ("serve", "--port"),
        ("serve", "extra"),
        ("demo", "--size", "1"),
        ("--nonsense",),
    ],
)
def test_what_is_misspelt_is_answered_by_the_usage(arguments: tuple[str, ...]) -> None:
    done = shmscope_with(*arguments)
    assert (done.returncode, done.stdout) == (cli.USAGE_ERROR, "")
    assert done.stderr.startswith("usage: shmscope")


@pytest.mark.parametrize(
    "arguments",
    [("ls", "--config", "\x1b[2J"), ("ls", "--root", "\x1b[2J"), ("serve", "\x1b[2J")],
)
def test_what_is_repeated_of_an_option_cannot_command_the_terminal(
    arguments: tuple[str, ...],
) -> None:
    done = shmscope_with(*arguments)
    assert done.returncode == cli.USAGE_ERROR
    assert "[2J" in done.stderr
    assert "\x1b" not in done.stderr


def test_version_is_the_packages() -> None:
    done = shmscope_with("--version")
    assert (done.returncode, done.stdout) == (0, f"shmscope {shmscope.__version__}\n")


@pytest.mark.parametrize("arguments", [("--help",), ("serve", "--help"), ("demo", "-h")])
def test_help_is_asked_for_and_no_error(arguments: tuple[str, ...]) -> None:
    done = shmscope_with(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: shmscope")


def test_another_system_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cli.main(["serve", "--port", "0"]) == 1
    assert capsys.readouterr().err == (
        "shmscope: shmscope needs Linux: /proc, /dev/shm and preadv. This is darwin\n"
    )


def test_a_browser_is_opened_where_there_is_a_screen_and_only_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("shmscope.terminal.serving.serve", lambda _, ready, *__, **___: ready())
    monkeypatch.setattr("signal.signal", lambda *_: None)
    for screen in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(screen, raising=False)
    assert cli.main(["serve", "--port", "0"]) == 0
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("threading.Thread.start", lambda thread: thread.run())
    assert cli.main(["serve", "--port", "0", "--no-browser"]) == 0
    assert opened == []
    assert cli.main(["serve", "--port", "0"]) == 0
    assert capsys.readouterr().out.split()[-3] == opened[0]


def test_the_address_is_one_that_a_browser_understands() -> None:
    with listen("localhost", 0) as listener:
        port = listener.getsockname()[1]
        assert address_of(listener) == f"http://127.0.0.1:{port}/"


def test_importing_shmscope_loads_numpy_and_the_standard_library_only() -> None:
    program = """
import sys
before = set(sys.modules)
import shmscope
tops = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(tops - sys.stdlib_module_names))
print(*sorted(name for name in sys.modules if name.startswith("shmscope.")))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    others, own = done.stdout.splitlines()
    assert others == "numpy shmscope"
    floors = {name.split(".")[1] for name in own.split()}
    assert floors == {"errors", "layout", "publishing"}


@pytest.mark.parametrize(
    ("option", "text", "limit"),
    [
        ("--cpu-budget", "250%", "from 1% to 100%"),
        ("--cpu-budget", "0.25", "from 1% to 100%"),
        ("--read-budget", "much", "from 1MiB/s to 1024GiB/s"),
        ("--client-bytes", "1B/s", "from 1MiB/s to 1024GiB/s"),
        ("--client-frames", "0.5", "from 1 to 100000"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "demo"])
def test_budget_that_is_none_is_refused_with_the_limit(
    command: str, option: str, text: str, limit: str
) -> None:
    done = shmscope_with(command, "--port", "0", option, text)
    assert done.returncode == cli.USAGE_ERROR
    assert f"argument {option}: {text!r} is no" in done.stderr
    assert limit in done.stderr


def test_budget_that_is_given_is_told() -> None:
    with closing(Serving("--cpu-budget", "10%", "--read-budget", "200MiB/s")) as server:
        host = httpx2.get(f"{server.address}api/v1/host", trust_env=False).json()
    budget = host["observer"]["budget"]
    assert (budget["cpu_share"], budget["bytes_per_s"]) == (0.1, 200 << 20)


def test_quota_and_limits_that_are_given_are_told_to_each_client(tmp_path: Path) -> None:
    file = tmp_path / "shmscope.toml"
    file.write_text("[server]\nclient_frames = 60\nmax_subscriptions = 7\nmax_copies = 3\n")
    given = ("--client-bytes", "256MiB/s", "--config", str(file))
    with closing(Serving(*given)) as server:
        stream = f"{server.address.replace('http', 'ws', 1)}api/v1/stream"
        with connect(stream, proxy=None) as page:
            message = page.recv(TIMEOUT_S)
    assert isinstance(message, bytes)
    limits = decode_message(message)[1]["limits"]
    assert (limits["frames_per_s"], limits["bytes_per_s"]) == (60, 256 << 20)
    assert (limits["subscriptions"], limits["copies"]) == (7, 3)


@pytest.mark.parametrize("command", ["ls", "doctor", "serve"])
def test_the_file_may_be_named_in_the_environment(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "missing.toml"
    monkeypatch.setenv("SHMSCOPE_CONFIG", str(missing))
    done = shmscope_with(command)
    assert done.returncode == (cli.CANNOT_TELL if command == "doctor" else cli.USAGE_ERROR)
    assert done.stderr == f"shmscope: {missing}: No such file or directory\n"


def test_a_setting_that_cannot_be_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHMSCOPE_PORT", "tcp://10.0.0.1:8765")
    done = shmscope_with("serve", "--no-browser")
    assert (done.returncode, done.stdout) == (cli.USAGE_ERROR, "")
    assert done.stderr == (
        "shmscope: SHMSCOPE_PORT: 'tcp://10.0.0.1:8765' is no whole number from 0 to 65535\n"
    )
