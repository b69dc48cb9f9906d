"""What each dependency costs: seconds to import it, and bytes that it takes once installed.

``python -m bench.dependencies`` prints the table of docs/dependencies.md. Times are of fresh
interpreters, the median of several, without what Python itself takes; what two of them need both
count in full.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.paired import started_ms

ROUNDS = 7
PACKAGE = "shmscope"
EXTRA = "fleet"
USED = {"cryptography": "cryptography.x509"}  # where the module itself holds next to nothing


def main() -> None:
    """Measure and print."""
    bare_ms = start_ms("pass")
    for name in direct():
        print_costs(name, bare_ms)
    everything = {one for name in direct() for one in (name, *behind(name))}
    print(f"{'all of them':20} {'':9}  {mib(sum(map(size_bytes, everything))):>9}")
    print(f"{'import shmscope':20} {start_ms('import shmscope') - bare_ms:6.0f} ms")
    server_ms = start_ms("import shmscope.web.server") - bare_ms
    print(f"{'import the server':20} {server_ms:6.0f} ms")
    print(f"with {PACKAGE}[{EXTRA}]:")
    for name in of_extra():
        print_costs(name, bare_ms)


def print_costs(name: str, bare_ms: float) -> None:
    """Measure and print what one of them costs."""
    import_ms = max(start_ms(f"import {USED.get(name, module_of(name))}") - bare_ms, 0.0)
    sizes = {one: size_bytes(one) for one in (name, *sorted(behind(name)))}
    brought = ", ".join(f"{one} {mib(size)}" for one, size in list(sizes.items())[1:])
    print(f"{name:20} {import_ms:6.0f} ms  {mib(sizes[name]):>9}  {brought}")


def direct() -> list[str]:
    """Return the names of what shmscope itself asks for, in order."""
    return sorted(needs(PACKAGE))


def of_extra() -> list[str]:
    """Return the names of what the extra asks for beside them, in order."""
    return sorted(set(needs(PACKAGE, EXTRA)) - set(needs(PACKAGE)))


def needs(name: str, extra: str = "") -> Iterator[str]:
    """Yield what a distribution needs at run time, here, with one of its extras."""
    for line in metadata.requires(name) or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield canonicalize_name(requirement.name)


def behind(name: str) -> set[str]:
    """Return all that a distribution brings along."""
    found: set[str] = set()
    waiting = list(needs(name))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += needs(one)
    return found


def module_of(name: str) -> str:
    """Return what to import of a distribution."""
    owners = metadata.packages_distributions().items()
    found = [
        module
        for module, names in owners
        if name in [str(canonicalize_name(one)) for one in names] and not module.startswith("_")
    ]
    return min(found, key=lambda module: (canonicalize_name(module) != name, module))


def size_bytes(name: str) -> int:
    """Return what a distribution's files take, without what Python compiles of them."""
    files = metadata.files(name) or []
    paths = (Path(str(file.locate())) for file in files if "__pycache__" not in file.parts)
    return sum(path.stat().st_size for path in paths if path.is_file())


def start_ms(code: str) -> float:
    """Return how long a fresh interpreter takes for some code."""
    command = [sys.executable, "-c", code]
    return statistics.median(started_ms(command) for _ in range(ROUNDS))


def mib(size: float) -> str:
    """Return a size for people."""
    return f"{size / (1 << 20):.1f} MiB"


if __name__ == "__main__":
    main()
