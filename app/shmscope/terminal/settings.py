"""The settings of the server, in one table. docs/settings.md shows it.

Each can be given on the command line, in the environment and in the file of `--config`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shmscope.errors import ConfigurationError
from shmscope.sources.ceilings import parse_bytes_per_s, parse_cpu_share, parse_frames_per_s
from shmscope.terminal.amounts import Parse, count, flag, seconds, size, some_text, word
from shmscope.web.access import parse_embedder, parse_host, parse_pattern, parse_token

PREFIX: Final = "SHMSCOPE_"
TABLE: Final = "server"  # of the file
_SHOWN: Final = 40  # characters of what is wrong


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        name: Its key in the file; its option and its variable follow from it.
        about: What it is, for people.
        parse: Makes its value of a text.
        default: As it would be typed; None where there is none.
        metavar: What stands for its value in the usage; empty where the option takes none.
        several: Whether it is a list: the option is given again and again, or with commas.
        secret: Whether its value is never to be shown.
    """

    name: str
    about: str
    parse: Parse
    default: str | None = None
    metavar: str = "N"
    several: bool = False
    secret: bool = False

    @property
    def option(self) -> str:
        """Its option on the command line."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """Its variable in the environment."""
        return PREFIX + self.name.upper()

    def read(self, given: object) -> Any:
        """Return the value of what was given: a tuple where there may be several.

        Args:
            given: A text, or what TOML has for it.

        Raises:
            ConfigurationError: it cannot be; the value is named where it may be shown.
        """
        parts = [self.parse(text) for text in self._texts(given)]
        return tuple(parts) if self.several else parts[0]

    def _texts(self, given: object) -> list[str]:
        if isinstance(given, list) and self.several:
            return [text for part in given for text in self._texts(part)]
        if isinstance(given, bool):
            return ["yes" if given else "no"]
        if isinstance(given, int | float):
            return [str(given)]
        if not isinstance(given, str):
            kind = "a list of texts" if self.several else "one text or number"
            shown = "what was given" if self.secret else repr(given)[:_SHOWN]
            raise ConfigurationError(f"{shown} is not {kind}")
        if not self.several:
            return [given]
        return [part.strip() for part in given.split(",") if part.strip()]


_SIZES: Final = 1 << 10, 1 << 30
_KEPT: Final = 1 << 10, 1 << 40
_ADDRESS: Final = (
    Setting(
        "host",
        "address or name to listen on; beyond loopback with a token only",
        some_text,
        "127.0.0.1",
        "ADDRESS",
    ),
    Setting("port", "port to listen on, 0 for any", count(0, 65535), "8765"),
    Setting("no_browser", "do not open a browser", flag, "no", ""),
)
_ACCESS: Final = (
    Setting(
        "token",
        "what clients must know, 16 to 512 characters; see --token-file",
        parse_token,
        None,
        "TOKEN",
        secret=True,
    ),
    Setting(
        "token_file",
        "file that holds the token, which nobody can then see in a list of processes",
        Path,
        None,
        "FILE",
    ),
    Setting(
        "auth_time",
        "how long a client of the stream may take to say the token",
        seconds(0.1, 60),
        "5s",
        "SECONDS",
    ),
    Setting(
        "certificate",
        "file of the certificate (PEM): what is sent is then encrypted",
        Path,
        None,
        "FILE",
    ),
    Setting("key", "file of its key (PEM), where that is another", Path, None, "FILE"),
    Setting(
        "allow",
        "shell patterns of the arrays that are shown; without any, all are",
        parse_pattern,
        "",
        "PATTERN",
        True,
    ),
    Setting(
        "deny",
        "shell patterns of the arrays that nobody is shown; beats --allow",
        parse_pattern,
        "",
        "PATTERN",
        True,
    ),
    Setting(
        "embed",
        "origins of pages that may show ours in a frame, such as http://localhost:8888",
        parse_embedder,
        "",
        "ORIGIN",
        True,
    ),
    Setting(
        "allow_host",
        "further names by which browsers may ask for the server",
        parse_host,
        "",
        "NAME",
        True,
    ),
)
_COSTS: Final = (
    Setting(
        "cpu_budget",
        "CPU time that looking may take, of one core; what people look at comes first",
        parse_cpu_share,
        "25%",
        "SHARE",
    ),
    Setting(
        "read_budget", "how much of arrays may be read", parse_bytes_per_s, "1GiB/s", "BYTES/s"
    ),
    Setting(
        "client_frames",
        "frames each client may be sent, all its views together",
        parse_frames_per_s,
        "480",
        "FRAMES/s",
    ),
    Setting(
        "client_bytes", "how much each client may be sent", parse_bytes_per_s, "1GiB/s", "BYTES/s"
    ),
    Setting("max_copies", "copies that are kept, of all arrays", count(0, 10_000), "16"),
    Setting("max_copy", "the largest copy", size(*_KEPT), "256MiB", "BYTES"),
    Setting("max_copies_memory", "all copies together", size(*_KEPT), "512MiB", "BYTES"),
    Setting("max_watches", "watches, of all arrays", count(0, 10_000), "128"),
    Setting("max_array_watches", "watches of one array", count(0, 10_000), "16"),
)
_LIMITS: Final = (
    Setting("max_clients", "clients of the stream, all together", count(1, 100_000), "500"),
    Setting("max_subscriptions", "subscriptions of one client", count(1, 10_000), "32"),
    Setting(
        "max_message",
        "the longest message of a client of the stream",
        size(*_SIZES),
        "64KiB",
        "BYTES",
    ),
    Setting(
        "max_stream_points",
        "elements that a subscription may ask for",
        count(1, 1 << 26),
        "4194304",
    ),
    Setting(
        "max_rest_points",
        "elements that an answer of the REST API may have",
        count(1, 1 << 40),
        "67108864",
    ),
    Setting("max_body", "the longest body of a request", size(*_SIZES), "64KiB", "BYTES"),
    Setting("max_requests", "requests under way, all together", count(1, 100_000), "128"),
    Setting(
        "request_time",
        "how long a request may take until its answer begins",
        seconds(0.1, 3600),
        "30s",
        "SECONDS",
    ),
)
_LEVELS: Final = "debug", "info", "warning", "error"
_LOGS: Final = (
    Setting("log_format", "form of the log's lines", word("text", "json"), "text", "text|json"),
    Setting(
        "log_level",
        "the least important that is logged",
        word(*_LEVELS),
        "warning",
        "|".join(_LEVELS),
    ),
)
SETTINGS: Final = (*_ADDRESS, *_ACCESS, *_COSTS, *_LIMITS, *_LOGS)
