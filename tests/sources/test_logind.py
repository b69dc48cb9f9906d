"""What logind.conf says of RemoveIPC."""

from __future__ import annotations

from pathlib import Path

import pytest

from shmscope.sources.logind import removes_ipc


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    """Folders as systemd has them, the last one the administrator's."""
    found = [tmp_path / "vendor", tmp_path / "etc"]
    for folder in found:
        (folder / "logind.conf.d").mkdir(parents=True)
    return [str(folder) for folder in found]


def answer(folders: list[str]) -> bool | None:
    return removes_ipc(folders, running=folders[0])


def write(folder: str, text: str, name: str = "logind.conf") -> None:
    (Path(folder) / name).write_text(text)


def test_without_systemd_nothing_is_removed(folders: list[str], tmp_path: Path) -> None:
    assert removes_ipc(folders, running=str(tmp_path / "nothing")) is None


def test_systemd_removes_where_nobody_says_otherwise(folders: list[str]) -> None:
    write(folders[0], "[Login]\n#RemoveIPC=no\n")
    assert answer(folders) is True


@pytest.mark.parametrize(("value", "removes"), [("no", False), ("yes", True), (" Off ", False)])
def test_setting_counts(folders: list[str], value: str, *, removes: bool) -> None:
    write(folders[1], f"[Login]\nRemoveIPC={value}\n")
    assert answer(folders) is removes


def test_administrators_file_counts_more_than_the_vendors(folders: list[str]) -> None:
    write(folders[0], "RemoveIPC=no")
    write(folders[1], "RemoveIPC=yes")
    assert answer(folders) is True


def test_drop_ins_count_most_in_the_order_of_their_names(folders: list[str]) -> None:
    write(folders[1], "RemoveIPC=yes")
    write(folders[1], "RemoveIPC=no", "logind.conf.d/50-ours.conf")
    write(folders[0], "RemoveIPC=yes", "logind.conf.d/40-theirs.conf")
    assert answer(folders) is False


def test_bytes_that_are_no_text_are_survived(folders: list[str]) -> None:
    (Path(folders[1]) / "logind.conf").write_bytes(b"\xff\xfe\nRemoveIPC=no\n")
    assert answer(folders) is False
