"""`make demo-fleet`: a hub and five agents on one machine, of which one is killed and comes back.

All agents see the same shared memory, so each is let show arrays of its own only. They are run by a
supervisor that holds the read end of a pipe, as in `shmscope.demo`: when the hub ends, by whatever
means, the pipe closes and the supervisor ends them.
"""

from __future__ import annotations

import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from shmscope import cli, demo
from shmscope.errors import ShmscopeError

# Whose array each host shows, by the worker's name; what is left over is the hub's own.
HOSTS: Final[Mapping[str, str]] = {
    "robot-1": "heat",
    "robot-2": "camera",
    "gpu-node": "tape",
    "pod-7f9c": "race",
    "lab-bench": "proxies",
}
KILLED: Final = "robot-2"
UP_S: Final = 30.0  # from when it speaks to the hub until it is killed, and
DOWN_S: Final = 20.0  # until it is started again
_SUPERVISE: Final = "--supervise"
_LIFELINE: Final = 0  # the supervisor's standard input
_PATIENCE_S: Final = 5.0


def main(
    arguments: Sequence[str], prefix: str = "", up_s: float = UP_S, down_s: float = DOWN_S
) -> int:
    """Run the demo until Ctrl-C; return its exit code.

    Args:
        arguments: Further ones of ``shmscope hub``.
        prefix: What the arrays' names begin with.
        up_s: For how long the agent that is killed speaks to the hub.
        down_s: For how long it is away.
    """
    address = f"127.0.0.1:{_free_port()}"
    hidden = [f"--deny={prefix}{worker}" for worker in HOSTS.values()]
    try:
        with demo.start(prefix=prefix), _agents(address, prefix, up_s, down_s):
            return cli.main(["hub", f"--fleet-listen={address}", *hidden, *arguments])
    except ShmscopeError as error:
        sys.stderr.write(f"shmscope: {error.detail}\n")
        return 1


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def _agents(address: str, prefix: str, up_s: float, down_s: float) -> Iterator[None]:
    """Run the supervisor."""
    command = [sys.executable, "-P", "-m", "shmscope.terminal.demo_fleet", _SUPERVISE]
    supervisor = subprocess.Popen(
        [*command, address, prefix, str(up_s), str(down_s)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    sys.stderr.write(
        f"{KILLED}: my agent is killed after {up_s:g} s and comes back {down_s:g} s later, again "
        "and again: see what the page says\n"
    )
    try:
        yield
    finally:
        if supervisor.stdin is not None:
            supervisor.stdin.close()
        supervisor.wait()


def _agent(address: str, prefix: str, host: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "shmscope", "agent", f"--hub={address}"]
    return subprocess.Popen(
        [*command, f"--name={host}", f"--allow={prefix}{HOSTS[host]}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,  # one line, once it speaks to the hub
    )


def _supervise(address: str, prefix: str, up_s: float, down_s: float) -> None:
    """Run the agents until the lifeline closes; meanwhile kill one now and then."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        running.update((host, _agent(address, prefix, host)) for host in HOSTS)
        while _comes(running[KILLED]) and not _closes_within(up_s):
            running[KILLED].kill()
            running[KILLED].wait()
            if _closes_within(down_s):
                break
            running[KILLED] = _agent(address, prefix, KILLED)
    finally:
        _end(list(running.values()))


def _comes(agent: subprocess.Popen[bytes]) -> bool:
    """Wait until an agent speaks to the hub or ends; false where the lifeline closes first."""
    assert agent.stdout is not None
    ready, _, _ = select.select([_LIFELINE, agent.stdout.fileno()], [], [])
    return _LIFELINE not in ready


def _closes_within(seconds: float) -> bool:
    return bool(select.select([_LIFELINE], [], [], seconds)[0])


def _end(agents: Sequence[subprocess.Popen[bytes]]) -> None:
    """End agents as Ctrl-C would, then by force."""
    for agent in agents:
        agent.terminate()
    until_s = time.monotonic() + _PATIENCE_S
    for agent in agents:
        try:
            agent.wait(max(until_s - time.monotonic(), 0.0))
        except subprocess.TimeoutExpired:
            agent.kill()
            agent.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == [_SUPERVISE]:
        _address, _prefix, _up, _down = sys.argv[2:]
        _supervise(_address, _prefix, float(_up), float(_down))
    else:
        sys.exit(main(sys.argv[1:]))
