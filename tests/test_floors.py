"""Imports only go down: errors, layout, publishing, sources, sampling, fleet, web, programs.

Imports are read from the source, those within functions and those for type checkers included.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "app/shmscope"
FLOORS = ["errors", "layout", "publishing", "sources", "sampling", "fleet", "web", "programs"]
PROGRAMS = {"cli", "demo", "terminal", "__main__"}
RIM = {"fastapi", "starlette", "uvicorn", "jinja2", "cbor2", "websockets", "httptools", "uvloop"}
# What a program that asks a server needs of it: it is no part of the server.
CLIENT = {"cbor2", "websockets"}
# How an agent and a hub speak; the carrier between them is an engine of its own.
FLEET = {"cbor2"}
# What reaches a file, a process, a socket or a clock has no place where bytes become arrays.
REACHING = {
    "asyncio", "fcntl", "io", "mmap", "multiprocessing", "os", "pathlib", "pickle", "select",
    "shutil", "signal", "socket", "subprocess", "tempfile", "threading", "time",
}  # fmt: skip


def modules() -> list[Path]:
    linked = {"workers", "templates", "static"}
    found = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return sorted(path for path in found if path.parts[0] not in linked)


def floor(top: str) -> int:
    """Return the number of the floor that a module or folder of the package is on."""
    if top in PROGRAMS:
        return FLOORS.index("programs")
    return FLOORS.index(
        top if top in FLOORS else "publishing"
    )  # the package shows the writer's side


def floor_of(path: Path) -> int:
    return floor(path.parts[0].removesuffix(".py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of everything that a module imports."""
    tree = ast.parse((PACKAGE / path).read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def outside(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and top-level name of what a module imports of other packages."""
    for line, name in imports(path):
        top = name.partition(".")[0]
        if top != "shmscope":
            yield line, top


def inside(path: Path) -> Iterator[tuple[int, int]]:
    """Yield line and floor of what a module imports of this package."""
    for line, name in imports(path):
        package, *rest = name.split(".")
        if package == "shmscope":
            yield line, floor(rest[0] if rest else "")


@pytest.mark.parametrize("path", modules(), ids=str)
def test_imports_only_go_down(path: Path) -> None:
    own = floor_of(path)
    assert not [f"{path}:{line} imports {FLOORS[at]}" for line, at in inside(path) if at > own]


@pytest.mark.parametrize("path", modules(), ids=str)
def test_only_the_rim_knows_the_web(path: Path) -> None:
    if path.parts[0] != "web":
        rim = RIM - {"client": CLIENT, "fleet": FLEET}.get(path.parts[0], set())
        assert not [f"{path}:{line} imports {top}" for line, top in outside(path) if top in rim]


@pytest.mark.parametrize("path", modules(), ids=str)
def test_one_module_knows_the_carriers_engine(path: Path) -> None:
    """Check that the extra is needed there alone, and only once a fleet is asked for."""
    known = [name for _, name in outside(path) if name == "zenoh"]
    assert not known or path == Path("fleet/zenoh_carrier.py")


@pytest.mark.parametrize("path", [p for p in modules() if p.parts[0] == "layout"], ids=str)
def test_layout_reaches_for_nothing(path: Path) -> None:
    assert not [f"{path}:{line} imports {top}" for line, top in outside(path) if top in REACHING]


@pytest.mark.parametrize("path", [p for p in modules() if p.parts[0] == "layout"], ids=str)
def test_layout_opens_nothing(path: Path) -> None:
    nodes = ast.walk(ast.parse((PACKAGE / path).read_text()))
    called = (node.func for node in nodes if isinstance(node, ast.Call))
    names = {function.id for function in called if isinstance(function, ast.Name)}
    assert not names & {"open", "print", "input", "exec", "eval", "__import__"}


@pytest.mark.parametrize("path", modules(), ids=str)
def test_no_floor_attaches_as_python_does(path: Path) -> None:
    """Check that nothing but a creator's own registration knows multiprocessing's shared memory."""
    names = [name for _, name in imports(path)]
    assert not [name for name in names if "shared_memory" in name]
    trackers = [name for name in names if "resource_tracker" in name]
    assert not trackers or path == Path("publishing/segment.py")


def test_floors_are_all_there() -> None:
    assert {floor_of(path) for path in modules()} == set(range(len(FLOORS)))
