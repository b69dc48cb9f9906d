"""The server that was asked for: what the settings say, in the terms of who serves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shmscope.errors import ConfigurationError
from shmscope.sources.ceilings import Ceiling
from shmscope.sources.configuration import Configuration
from shmscope.terminal.given import Given
from shmscope.terminal.logs import Form
from shmscope.web.access import Access, parse_token
from shmscope.web.allowance import Quota
from shmscope.web.limits import Limits

MAX_TOKEN_FILE_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Service:
    """All that was said of a server.

    Attributes:
        address: Host and port to listen on.
        configuration: Layouts that the user gave, and what looking may cost.
        quota: What each client may be sent a second.
        limits: What clients and requests may ask for.
        access: Who may connect, and what they may see.
        browser: Whether to open one, where there is a screen.
        shows_token: Whether its link holds the token: where the server made it.
        log_form: Of the log's lines.
        log_level: The least that is logged.
        cautions: What the user is to be warned of.
    """

    address: tuple[str, int]
    configuration: Configuration
    quota: Quota
    limits: Limits
    access: Access
    browser: bool
    shows_token: bool
    log_form: Form
    log_level: str
    cautions: tuple[str, ...] = ()


def service_of(given: Given, configuration: Configuration) -> Service:
    """Return the server that was asked for.

    Args:
        given: The settings.
        configuration: Told what looking may cost.

    Raises:
        ConfigurationError: settings contradict each other, or a file cannot be read.
    """
    configuration.ceiling = _ceiling_of(given)
    host = given["host"]
    access = _access_of(given)
    shows_token = access.token is None
    access = access.guarding(host)
    return Service(
        address=(host, given["port"]),
        configuration=configuration,
        quota=Quota(given["client_frames"], given["client_bytes"]),
        limits=_limits_of(given),
        access=access,
        browser=not given["no_browser"] and access.token is None,  # which would see it as an option
        shows_token=shows_token,
        log_form=given["log_format"],
        log_level=given["log_level"],
        cautions=tuple(_cautions_of(given)),
    )


def _ceiling_of(given: Given) -> Ceiling:
    return Ceiling(
        cpu_share=given["cpu_budget"],
        bytes_per_s=given["read_budget"],
        copies=given["max_copies"],
        copy_bytes=given["max_copy"],
        copies_bytes=given["max_copies_memory"],
        watches=given["max_watches"],
        array_watches=given["max_array_watches"],
    )


def _limits_of(given: Given) -> Limits:
    return Limits(
        clients=given["max_clients"],
        subscriptions=given["max_subscriptions"],
        message_bytes=given["max_message"],
        stream_points=given["max_stream_points"],
        rest_points=given["max_rest_points"],
        body_bytes=given["max_body"],
        requests=given["max_requests"],
        request_s=given["request_time"],
    )


def _access_of(given: Given) -> Access:
    return Access(
        token=_token_of(given),
        certificate=given["certificate"],
        key=given["key"],
        allow=given["allow"],
        deny=given["deny"],
        embedders=given["embed"],
        hosts=given["allow_host"],
        auth_s=given["auth_time"],
    )


def _token_of(given: Given) -> str | None:
    token: str | None = given["token"]
    path: Path | None = given["token_file"]
    if path is None:
        return token
    place = given.place("token_file")
    if token is not None:
        raise ConfigurationError(f"{place}: there is a token already: {given.place('token')}")
    try:
        with path.open("rb") as file:
            text = file.read(MAX_TOKEN_FILE_BYTES + 1)
        return parse_token(text.decode("ascii", "replace"))
    except OSError as error:
        raise ConfigurationError(f"{place}: {path}: {error.strerror}", value=str(path)) from None
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{place}: {path}: {error.detail}", value=error.value, limit=error.limit
        ) from None


def _cautions_of(given: Given) -> Iterator[str]:
    if given.place("token") == "--token":
        yield (
            "every user of this machine can see the options of a command, --token too: "
            "give it by --token-file or SHMSCOPE_TOKEN"
        )
    for name, meant in given.misspelt():
        yield f"{name} is no setting, and is passed over; did you mean {meant}?"
