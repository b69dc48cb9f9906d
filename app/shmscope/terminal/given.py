"""What was given of the settings: the command line beats the environment, which beats the file."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from shmscope.errors import ConfigurationError, LayoutError
from shmscope.layout.hand.parsing import check_keys
from shmscope.terminal.fleet_settings import EVERY_NAME
from shmscope.terminal.settings import PREFIX, SETTINGS, TABLE, Setting

LIKENESS: Final = 0.85  # of a misspelt variable; what Kubernetes adds by itself has 0.76


class Given:
    """The values of all settings, by name.

    Args:
        options: Of the command line, as `add_settings` has them: None where one was not given.
        environment: Variables; an empty one counts as not given.
        table: Of the file.
        path: The file, or None.
        settings: Those that the command has.

    Raises:
        ConfigurationError: a value cannot be, or a key is none: it says where that stands.
    """

    def __init__(
        self,
        options: argparse.Namespace,
        environment: Mapping[str, str],
        table: Mapping[str, object],
        path: str | None,
        settings: Iterable[Setting] = SETTINGS,
    ) -> None:
        self._options, self._environment = options, environment
        self._table, self._file = table, f"{path}: {TABLE}"
        try:
            check_keys(table, EVERY_NAME)  # one file may be for several commands
        except LayoutError as error:
            raise ConfigurationError(
                f"{self._file}: {error.detail}", value=error.value, field=error.field
            ) from None
        self._found = {setting.name: self._find(setting) for setting in settings}

    def __getitem__(self, name: str) -> Any:
        """Return the value of a setting; None where it has none."""
        return self._found[name][0]

    def place(self, name: str) -> str:
        """Return where a setting was given: an option, a variable, or a file and its key."""
        return self._found[name][1]

    def misspelt(self) -> list[tuple[str, str]]:
        """Return variables that are no settings, each with the setting that may be meant."""
        known = [PREFIX + name.upper() for name in EVERY_NAME]
        strange = [name for name in self._environment if name.startswith(PREFIX)]
        near = {name: get_close_matches(name, known, 1, LIKENESS) for name in strange}
        return [(name, found[0]) for name, found in near.items() if found and found[0] != name]

    def _find(self, setting: Setting) -> tuple[Any, str]:
        option = getattr(self._options, setting.name)
        if option is not None:
            return _joined(option) if setting.several else option, setting.option
        if text := self._environment.get(setting.variable):
            return _read(setting, text, setting.variable)
        if setting.name in self._table:
            return _read(setting, self._table[setting.name], f"{self._file}: {setting.name}")
        if setting.default is None:
            return None, "default"
        return _read(setting, setting.default, "default")


def _joined(lists: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(part for given in lists for part in given)


def _read(setting: Setting, given: object, place: str) -> tuple[Any, str]:
    try:
        return setting.read(given), place
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{place}: {error.detail}", value=error.value, limit=error.limit, field=setting.name
        ) from None


def add_settings(command: argparse.ArgumentParser, settings: Iterable[Setting] = SETTINGS) -> None:
    """Give a command an option for each setting."""
    for setting in settings:
        about = _help(setting)
        if not setting.metavar:
            command.add_argument(setting.option, action="store_const", const=True, help=about)
            continue
        command.add_argument(
            setting.option,
            action="append" if setting.several else "store",
            type=_Reader(setting),
            metavar=setting.metavar,
            help=about,
        )


def _help(setting: Setting) -> str:
    default = f" (default {setting.default})" if setting.default and setting.metavar else ""
    return f"{setting.about}{default}".replace("%", "%%")


class _Reader:
    """Reads an option for argparse, which answers what cannot be with the usage."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def __call__(self, text: str) -> Any:
        try:
            return self._setting.read(text)
        except ConfigurationError as error:
            raise argparse.ArgumentTypeError(error.detail) from None
