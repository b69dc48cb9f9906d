"""`shmscope fleet init` and `shmscope fleet add`: files, who may read them, and what they say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.fleet.wire import Wire
from tests.terminal.running import complaint, printed, run

from shmscope.errors import ConfigurationError
from shmscope.fleet.certificates import names_in
from shmscope.fleet.founding import found_fleet
from shmscope.fleet.members import Member, read_members

FILES = {"certificate.pem", "key.pem", "authority.pem"}


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    folder = tmp_path / "my fleet"
    found = "--hub", "box,box.example,127.0.0.1"
    printed("fleet", "init", str(folder), *found, "--host", "robot1", "--host", "robot2")
    return folder


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_machine_has_a_folder_of_its_own(fleet: Path) -> None:
    assert {path.name for path in (fleet / "hub").iterdir()} == FILES | {"members.toml"}
    for host in ("robot1", "robot2"):
        assert {path.name for path in (fleet / "hosts" / host).iterdir()} == FILES
    assert {path.name for path in fleet.iterdir()} == {
        "authority.pem",
        "authority.key",
        "README.txt",
        "hub",
        "hosts",
    }


def test_keys_are_their_owners_alone(fleet: Path) -> None:
    keys = [*fleet.rglob("key.pem"), fleet / "authority.key"]
    assert len(keys) == 4
    for key in keys:
        assert key.stat().st_mode & 0o777 == 0o600
        assert key.parent.stat().st_mode & 0o777 == 0o700


def test_the_authoritys_key_is_in_no_folder_that_is_copied(fleet: Path) -> None:
    secret = (fleet / "authority.key").read_bytes()
    assert [path for path, text in contents(fleet).items() if text == secret] == [
        fleet / "authority.key"
    ]


def test_the_hubs_certificate_holds_every_name_it_is_reached_by(fleet: Path) -> None:
    certificate = (fleet / "hub" / "certificate.pem").read_bytes()
    assert names_in(certificate) == ["box", "box.example", "127.0.0.1"]


def test_what_is_printed_is_kept_and_can_be_run(fleet: Path) -> None:
    from shmscope.terminal.grammar import build_parser  # noqa: PLC0415 - beside its use

    text = (fleet / "README.txt").read_text()
    lines = re.findall(r"^ +shmscope .*$", text, re.MULTILINE)
    commands = [shlex.split(line)[1:] for line in lines]
    assert [build_parser().parse_args(command).command for command in commands] == [
        "hub",
        "agent",
        "agent",
    ]
    assert "--hub 127.0.0.1:7447 --name robot1" in text
    assert shlex.quote(str(fleet / "hosts/robot1")) in text


def test_the_end_of_certificates_is_said(tmp_path: Path) -> None:
    options = "--hub", "box", "--host", "a", "--days", "90"
    said = printed("fleet", "init", str(tmp_path / "fleet"), *options)
    days = {datetime.fromisoformat(day).date() for day in re.findall(r"until ([0-9-]+)", said)}
    [ends] = days
    assert abs(ends - (datetime.now(UTC) + timedelta(days=90)).date()) <= timedelta(days=1)


def test_nothing_is_overwritten(fleet: Path) -> None:
    before = contents(fleet)
    assert "nothing is overwritten" in complaint(2, "fleet", "init", str(fleet), "--hub", "other")
    again = "fleet", "add", str(fleet), "--host"
    assert "'robot1' is the name of two machines" in complaint(2, *again, "robot1")
    assert "'box' is the name of two machines" in complaint(2, *again, "box")
    (fleet / "hosts" / "robot3").mkdir()
    assert "nothing is overwritten" in complaint(2, *again, "robot3")
    assert contents(fleet) == before


def test_one_host_more_joins_the_fleet_that_there_is(fleet: Path) -> None:
    said = printed("fleet", "add", str(fleet), "--host", "robot3", "--site", "hall")
    assert "--hub 127.0.0.1:7447 --name robot3 --site hall" in said
    members = read_members(fleet / "hub" / "members.toml")
    assert members == (Member("robot1"), Member("robot2"), Member("robot3", "hall"))


def test_the_hosts_of_a_site_are_named_to_its_gateway(fleet: Path) -> None:
    site = "--site", "hall"
    said = printed("fleet", "add", str(fleet), *site, "--gateway", "gate,10.0.0.2", "--host", "a")
    assert "--hub 10.0.0.2:7447 --name a --site hall" in said
    printed("fleet", "add", str(fleet), *site, "--host", "b")
    gate = Member("gate", "hall", "gateway")
    assert read_members(fleet / "hub" / "members.toml")[-1] == gate
    inside = Member("box", "hall", "hub"), Member("a", "hall"), Member("b", "hall")
    assert read_members(fleet / "gateways" / "gate" / "members.toml") == inside
    again = "fleet", "add", str(fleet), *site
    assert "site 'hall' has a gateway" in complaint(2, *again, "--gateway", "other")
    assert "'gate' is the name of two machines" in complaint(2, *again, "--host", "gate")
    assert "'a' is the name of two machines" in complaint(2, "fleet", "add", str(fleet), "--host=a")


def test_nothing_to_add_is_an_error(fleet: Path) -> None:
    assert "--host NAME" in complaint(2, "fleet", "add", str(fleet))


@pytest.fixture
def joined(fleet: Path) -> Iterator[Wire]:
    """A hub as it is started after one host more was added."""
    printed("fleet", "add", str(fleet), "--host", "robot3")
    members = read_members(fleet / "hub" / "members.toml")
    with closing(Wire(fleet / "hub", members)) as wire:
        yield wire


def test_all_hosts_old_and_new_are_let_in(fleet: Path, joined: Wire) -> None:
    for host in ("robot1", "robot2", "robot3"):
        joined.join(host, fleet / "hosts" / host).fence()


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "-a", "a b", "a\nb", "é", "*", "x" * 64])
def test_a_name_that_cannot_be_makes_nothing(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "fleet"
    for hub, hosts in (([name], []), (["box", name], []), (["box"], ["a", name])):
        with pytest.raises(ConfigurationError, match="no name of a host") as caught:
            found_fleet(folder, hub, hosts, 30)
        assert caught.value.value == name
    assert not folder.exists()


def test_a_name_that_cannot_be_is_said_in_one_line(tmp_path: Path) -> None:
    folder = str(tmp_path / "fleet")
    assert "no name of a host" in complaint(2, "fleet", "init", folder, "--hub", "box,")


@pytest.mark.parametrize("days", ["0", "-1", "3651", "soon"])
def test_days_that_cannot_be_are_answered_by_the_usage(tmp_path: Path, days: str) -> None:
    done = run("fleet", "init", str(tmp_path / "fleet"), "--hub", "box", f"--days={days}")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr


def test_a_folder_that_is_none_of_a_fleet(tmp_path: Path) -> None:
    assert "shmscope fleet init" in complaint(2, "fleet", "add", str(tmp_path), "--host", "a")


@pytest.mark.parametrize("inner", [".", "fleet"])
def test_a_folder_that_cannot_be_made(tmp_path: Path, inner: str) -> None:
    file = tmp_path / "file"
    file.touch()
    assert "Not a directory" in complaint(2, "fleet", "init", str(file / inner), "--hub", "box")


def test_what_cannot_be_written_is_said_in_one_line(fleet: Path) -> None:
    (fleet / "gateways").touch()
    add = "fleet", "add", str(fleet), "--site", "hall", "--gateway", "gate"
    assert "File exists" in complaint(2, *add)
    (fleet / "gateways").unlink()
    members = fleet / "hub" / "members.toml"
    members.unlink()
    assert "No such file" in complaint(2, *add)


def test_every_folder_of_a_fleet_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "fleet"
    folder.mkdir(mode=0o755)
    printed("fleet", "init", str(folder), "--hub", "box", "--host", "a")
    printed("fleet", "add", str(folder), "--site", "hall", "--gateway", "gate", "--host", "b")
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    assert {path.name for path in folders} == {
        "fleet", "hub", "hosts", "gateways", "a", "b", "gate",
    }  # fmt: skip
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


@pytest.mark.parametrize("names", ["box,10.0.0.1,box.example", "10.9.9.9,box.lan", "box"])
def test_names_stay_in_the_order_in_which_they_were_given(tmp_path: Path, names: str) -> None:
    folder, named = tmp_path / "fleet", names.split(",")
    own, last = named[0], named[-1]
    said = printed("fleet", "init", str(folder), "--hub", names, "--host", "a")
    assert f"--hub {last}:7447 --name a" in said
    assert f"--hub {last}:7447 --name b" in printed("fleet", "add", str(folder), "--host", "b")
    assert names_in((folder / "hub" / "certificate.pem").read_bytes()) == named
    hall = "--site", "hall", "--gateway", "gate,gate.example,10.0.0.2,gate.lan"
    assert f"--hub {last}:7447 --listen" in printed("fleet", "add", str(folder), *hall)
    assert read_members(folder / "gateways" / "gate" / "members.toml")[0].name == own
    more = printed("fleet", "add", str(folder), "--site", "hall", "--host", "c")
    assert "--hub gate.lan:7447 --name c" in more


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--site", "a/b", "--host", "c"), "--site: 'a/b': a name stands in addresses"),
        (("--site", "", "--host", "c"), "--site: ''"),
        (("--gateway", "gate", "--host", "c"), "--gateway needs --site"),
        (("--gateway", "gate", "--site", "_"), "--gateway needs --site"),
    ],
)
def test_a_site_that_cannot_be_makes_nothing(
    fleet: Path, options: tuple[str, ...], words: str
) -> None:
    before = contents(fleet)
    assert words in complaint(2, "fleet", "add", str(fleet), *options)
    assert contents(fleet) == before
