"""The settings of a hub and of an agent, beside those of every server; docs/settings.md."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from shmscope.fleet.endpoints import PORT
from shmscope.fleet.keys import NO_SITE, check_name
from shmscope.terminal.amounts import some_text
from shmscope.terminal.settings import SETTINGS, Setting


def _host(text: str) -> str:
    return check_name(text, "name")


def _site(text: str) -> str:
    return check_name(text, "site")


_HUB: Final = (
    Setting(
        "fleet_listen",
        "where agents connect; beyond loopback with all three files below only",
        some_text,
        f"127.0.0.1:{PORT}",
        "HOST:PORT",
        True,
    ),
    Setting(
        "fleet_certificate",
        "file of the hub's certificate for agents (PEM); `shmscope fleet init` makes all of them",
        Path,
        None,
        "FILE",
    ),
    Setting("fleet_key", "file of its key (PEM)", Path, None, "FILE"),
    Setting(
        "fleet_authority",
        "file of the certificate (PEM) that signed those of all agents",
        Path,
        None,
        "FILE",
    ),
    Setting("fleet_members", "file that names the hosts that may speak (TOML)", Path, None, "FILE"),
)
_AGENT: Final = (
    Setting(
        "hub",
        "where the hub is; of several the first that answers",
        some_text,
        "",
        "HOST:PORT",
        True,
    ),
    Setting(
        "name",
        "what to call this host, as its certificate does; default its host name",
        _host,
        None,
        "NAME",
    ),
    Setting("site", "the site that it belongs to, where there are several", _site, NO_SITE, "NAME"),
    Setting("certificate", "file of this host's certificate (PEM)", Path, None, "FILE"),
    Setting("key", "file of its key (PEM)", Path, None, "FILE"),
    Setting(
        "authority",
        "file of the certificate (PEM) that signed those of the hub and all hosts",
        Path,
        None,
        "FILE",
    ),
)
_AGENT_TOO: Final = ("allow", "deny", "cpu_budget", "read_budget", "log_format", "log_level")

HUB_SETTINGS: Final = (*SETTINGS, *_HUB)
AGENT_SETTINGS: Final = (*_AGENT, *(one for one in SETTINGS if one.name in _AGENT_TOO))
EVERY_NAME: Final = tuple(dict.fromkeys(one.name for one in (*HUB_SETTINGS, *AGENT_SETTINGS)))
