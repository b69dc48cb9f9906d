"""Hosts on one machine: network namespaces on a bridge, with links that are cut and narrowed.

The bridge stands in a namespace of its own, so nothing of this machine's network is touched. What a
host runs shares this machine's /dev/shm.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Final

_NEW_NETWORK: Final = 0x40000000  # CLONE_NEWNET of sched.h
IP: Final = shutil.which("ip") or "/sbin/ip"
TC: Final = shutil.which("tc") or "/sbin/tc"

_numbers = itertools.count()


@cache
def missing() -> str | None:
    """Return why there can be no namespaces here; None where there can."""
    for name, path in (("ip", IP), ("tc", TC)):
        if not Path(path).exists():
            return f"there is no program {name!r}: it is part of iproute2"
    if os.geteuid() != 0:
        return "network namespaces are for root"
    name = f"shmscope-{os.getpid()}-try"
    done = subprocess.run([IP, "netns", "add", name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return f"network namespaces cannot be made: {done.stderr.strip()}"
    ip("netns", "del", name)
    return None


def ip(*arguments: str) -> None:
    """Run `ip`."""
    done = subprocess.run([IP, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(arguments)}: {done.stderr}"


class Namespace:
    """One host of a network.

    Attributes:
        name: Of the namespace.
        address: Its own.
    """

    def __init__(self, name: str, address: str, link: str) -> None:
        self.name, self.address, self.link = name, address, link

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a program there."""
        return subprocess.Popen(
            [IP, "netns", "exec", self.name, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Have sockets that this thread makes be of this host."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/thread-self/ns/net") as ours, open(f"/run/netns/{self.name}") as theirs:
            assert libc.setns(theirs.fileno(), _NEW_NETWORK) == 0, os.strerror(ctypes.get_errno())
            try:
                yield
            finally:
                assert libc.setns(ours.fileno(), _NEW_NETWORK) == 0

    def connect(self, address: str, port: int) -> socket.socket:
        """Connect from this host."""
        with self.inside():
            return socket.create_connection((address, port), 10)

    def listening(self) -> set[str]:
        """Return protocol and address of every socket that takes what comes in, as `ss` has it."""
        done = subprocess.run(
            [IP, "netns", "exec", self.name, "ss", "-Htuln"],
            capture_output=True,
            text=True,
            check=True,
        )
        lines = (line.split() for line in done.stdout.splitlines())
        return {f"{fields[0]} {fields[4]}" for fields in lines}


class Network:
    """A bridge, and the hosts that stand at it."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._own = f"shmscope-{os.getpid()}-{next(_numbers)}"
        self._switch = f"{self._own}-switch"
        self._hosts: list[Namespace] = []
        self._space(self._switch)
        ip("-n", self._switch, "link", "add", "bridge", "type", "bridge")
        ip("-n", self._switch, "link", "set", "bridge", "up")

    def _space(self, name: str) -> None:
        ip("netns", "add", name)
        self._stack.callback(ip, "netns", "del", name)
        ip("-n", name, "link", "set", "lo", "up")

    def host(self, name: str) -> Namespace:
        """Add a host."""
        number = len(self._hosts) + 1
        found = Namespace(f"{self._own}-{name}", f"10.99.0.{number}", f"port{number}")
        self._space(found.name)
        peer = "type", "veth", "peer", "name", "eth0", "netns", found.name
        ip("-n", self._switch, "link", "add", found.link, *peer)
        ip("-n", self._switch, "link", "set", found.link, "master", "bridge", "up")
        ip("-n", found.name, "address", "add", f"{found.address}/24", "dev", "eth0")
        ip("-n", found.name, "link", "set", "eth0", "up")
        ip("-n", found.name, "route", "add", "default", "dev", "eth0")
        self._hosts.append(found)
        return found

    def cut(self, host: Namespace) -> None:
        """Take a host's cable out of the bridge: neither side is told."""
        ip("-n", self._switch, "link", "set", host.link, "nomaster")

    def heal(self, host: Namespace) -> None:
        """Put it back."""
        ip("-n", self._switch, "link", "set", host.link, "master", "bridge")

    def narrow(self, host: Namespace, rate: str) -> None:
        """Let so much pass each way, such as `4mbit`."""
        for space, device in ((host.name, "eth0"), (self._switch, host.link)):
            limit = "tbf", "rate", rate, "burst", "32kbit", "latency", "400ms"
            subprocess.run(
                [TC, "-n", space, "qdisc", "add", "dev", device, "root", *limit], check=True
            )

    def close(self) -> None:
        """Remove every namespace, and what is in them."""
        self._stack.close()


def resident_bytes(pid: int) -> int:
    """Return how much memory of its own a process has resident: no files, no shared memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    found = dict(line.split(":", 1) for line in lines)
    return int(found["RssAnon"].split()[0]) << 10
