"""The file in which a user says how segments are arrays, and the server's settings.

It is read again when it changes. The settings count from the next start on.
"""

from __future__ import annotations

import os
import stat
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from shmscope.errors import ConfigurationError, LayoutError
from shmscope.layout.hand import LayoutRule, parse_rule
from shmscope.layout.hand.parsing import check_keys
from shmscope.sources.ceilings import DEFAULT, Ceiling
from shmscope.sources.limits import LimitRule, parse_limits

MAX_FILE_BYTES: Final = 1 << 20
MAX_TABLES: Final = 10_000
MAX_ROOTS: Final = 1_000
KEYS: Final = ("array", "limits", "roots", "server")

# O_NONBLOCK: to open a named pipe must not wait for its writer.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
# Time stamps of files are as coarse as the kernel's tick, 10 ms at most: what is written within the
# tick of a look leaves none.
_TICK_NS = 50_000_000

T = TypeVar("T")
_Stamp: TypeAlias = tuple[int, int, int, int]


class Content(NamedTuple):
    """What a configuration file says."""

    rules: tuple[LayoutRule, ...] = ()
    roots: tuple[str, ...] = ()
    limits: tuple[LimitRule, ...] = ()
    server: Mapping[str, object] = MappingProxyType({})


def parse_configuration(text: bytes) -> Content:
    """Read a configuration file, which may be hostile or half written.

    Raises:
        ConfigurationError: with the number of the table, from 1, and the key that is wrong.
    """
    try:
        data = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"no TOML: {error}") from None
    try:
        check_keys(data, KEYS)
    except LayoutError as error:
        raise _blamed("", error) from None
    return Content(
        rules=tuple(_tables(data, "array", parse_rule)),
        roots=_roots(data.get("roots", [])),
        limits=tuple(_tables(data, "limits", parse_limits)),
        server=_server(data.get("server", {})),
    )


def _tables(data: Mapping[str, Any], key: str, parse: Callable[[Any], T]) -> Iterator[T]:
    tables = data.get(key, [])
    if not isinstance(tables, list):
        raise ConfigurationError(f"{key}: each begins with [[{key}]]", field=key)
    if len(tables) > MAX_TABLES:
        raise ConfigurationError(
            f"{key}: there are {len(tables):,} tables; {MAX_TABLES:,} are allowed",
            value=len(tables),
            limit=MAX_TABLES,
            field=key,
        )
    for number, table in enumerate(tables, 1):
        try:
            yield parse(table)
        except LayoutError as error:
            raise _blamed(f"{key} {number}: ", error) from None


def _server(table: object) -> Mapping[str, object]:
    if not isinstance(table, dict):
        raise ConfigurationError("server: begins with [server]", field="server")
    return MappingProxyType(table)


def _roots(folders: object) -> tuple[str, ...]:
    if not isinstance(folders, list) or not all(_is_root(folder) for folder in folders):
        raise ConfigurationError("roots: must be a list of absolute paths", field="roots")
    if len(folders) > MAX_ROOTS:
        raise ConfigurationError(
            f"roots: there are {len(folders):,} folders; {MAX_ROOTS:,} are allowed",
            value=len(folders),
            limit=MAX_ROOTS,
            field="roots",
        )
    return tuple(dict.fromkeys(folders))


def _is_root(folder: object) -> bool:
    return isinstance(folder, str) and folder.startswith("/") and "\0" not in folder


def _blamed(place: str, error: LayoutError) -> ConfigurationError:
    return ConfigurationError(
        f"{place}{error.detail}", value=error.value, limit=error.limit, field=error.field
    )


class Configuration:
    """Rules of a TOML file, read again when it changes.

    Used by one thread; what it holds may be read by any.

    Args:
        path: The file, or None.
        options: Rules of the command line.
        roots: Folders of the command line.
        ceiling: What looking may cost.

    Attributes:
        path: The file, or None.
        ceiling: What looking may cost.
        rules: Those of the command line first, then the file's.
        roots: Further folders whose files are shared memory; absolute paths.
        limits: Limits of the health rules, as the file says.
        server: Settings of the server by key, not checked yet, as the file says.
        problem: What is wrong with the file now, None where nothing is. What it said before stays.

    Raises:
        ConfigurationError: the file cannot be read or says what cannot be.
    """

    def __init__(
        self,
        path: str | None,
        options: Sequence[LayoutRule] = (),
        roots: Sequence[str] = (),
        ceiling: Ceiling = DEFAULT,
    ) -> None:
        self.path = path
        self.ceiling = ceiling
        self.problem: str | None = None
        self._options = tuple(options)
        self._folders = tuple(os.path.abspath(root) for root in roots)
        self.rules, self.roots = self._options, self._folders
        self.limits: tuple[LimitRule, ...] = ()
        self.server: Mapping[str, object] = {}
        self._seen: _Stamp | None = None
        self._text: bytes | None = None
        if path is not None:
            self._update(path)

    def refresh(self) -> bool:
        """Read the file again if it changed, and return whether what it says did.

        A file that is gone, or says what cannot be, sets `problem`, and all else stays. A file
        that is written in place can be met half written: where the half says something of its own
        it counts until the next look. One that is replaced by renaming is met whole.
        """
        before = self.rules, self.roots, self.limits
        try:
            if self.path is not None:
                self._update(self.path)
        except ConfigurationError as error:
            self.problem = f"{error.detail}. What the file said before stays."
        return before != (self.rules, self.roots, self.limits)

    def _update(self, path: str) -> None:
        try:
            if self._seen is not None and _stamp(os.stat(path)) == self._seen:
                return
            text, stamp = _read(path)
        except (OSError, ValueError) as error:
            self._seen = self._text = None
            raise _unreadable(path, error) from None
        self._seen = stamp if time.time_ns() - stamp[-1] > _TICK_NS else None
        if text != self._text:
            self._text = text
            self._take(path, text)

    def _take(self, path: str, text: bytes) -> None:
        try:
            content = parse_configuration(text)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"{path}: {error.detail}", value=error.value, limit=error.limit, field=error.field
            ) from None
        self.rules = self._options + content.rules
        self.roots = self._folders + content.roots
        self.limits = content.limits
        self.server = content.server
        self.problem = None


def _read(path: str) -> tuple[bytes, _Stamp]:
    """Return what a file holds, and its stamp from before: what is written later changes it."""
    with open(path, "rb", opener=lambda name, _: os.open(name, _FLAGS)) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("no regular file, which is what can be read again")
        text = file.read(MAX_FILE_BYTES + 1)
    if len(text) > MAX_FILE_BYTES:
        raise ValueError(f"longer than {MAX_FILE_BYTES:,} bytes, which are allowed")
    return text, _stamp(status)


def _stamp(status: os.stat_result) -> _Stamp:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _unreadable(path: str, error: OSError | ValueError) -> ConfigurationError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return ConfigurationError(f"{path}: {reason}", value=path)
