"""The floors of the package: imports only go down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import shmscope

PACKAGE = Path(shmscope.__file__).parent
FLOORS = ("errors", "layout", "publishing", "sources", "sampling", "web", "cli")
# Outside the floors: the writer's words themselves, and what starts other programs.
ENTRANCES = {"__init__": "publishing", "__main__": "cli", "demo": "publishing"}
WEB_PACKAGES = {"fastapi", "starlette", "uvicorn", "jinja2", "websockets", "cbor2", "uvloop"}
IO_MODULES = {"os", "io", "socket", "threading", "asyncio", "subprocess", "mmap", "multiprocessing"}
MODULES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).parts[0] not in ("workers", "templates", "static")
]


def floor_of(module: str) -> str:
    """Return the floor of a module of the package, named as in an import statement."""
    parts = module.split(".")[1:] or ["__init__"]
    return ENTRANCES.get(parts[0], parts[0])


def module_of(path: Path) -> str:
    return ".".join(["shmscope", *path.relative_to(PACKAGE).with_suffix("").parts])


def imports_of(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, those within functions included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{path} imports relatively"
            yield from _imported(node)


def _imported(node: ast.ImportFrom) -> Iterator[str]:
    """Yield the module, or the modules where a package is imported from."""
    assert node.module is not None
    packages = [PACKAGE.joinpath(*node.module.split(".")[1:], alias.name) for alias in node.names]
    for alias, path in zip(node.names, packages, strict=True):
        is_module = path.with_suffix(".py").exists() or path.is_dir()
        yield f"{node.module}.{alias.name}" if is_module else node.module


@pytest.mark.parametrize("path", MODULES, ids=module_of)
def test_imports_only_go_down(path: Path) -> None:
    own = FLOORS.index(floor_of(module_of(path)))
    inside = {name for name in imports_of(path) if name.split(".")[0] == "shmscope"}
    for name in inside:
        if floor_of(module_of(path)) == "cli" and name == "shmscope.demo":
            continue  # the command line starts the demo
        assert FLOORS.index(floor_of(name)) <= own, f"{module_of(path)} imports {name} from above"


@pytest.mark.parametrize("path", MODULES, ids=module_of)
def test_only_the_rim_knows_the_web(path: Path) -> None:
    if floor_of(module_of(path)) == "web":
        pytest.skip("this is the rim")
    assert not WEB_PACKAGES & {name.split(".")[0] for name in imports_of(path)}


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parent.name == "layout"], ids=module_of
)
def test_layout_does_no_input_or_output(path: Path) -> None:
    assert not IO_MODULES & {name.split(".")[0] for name in imports_of(path)}


def test_every_module_has_a_floor() -> None:
    assert {floor_of(module_of(path)) for path in MODULES} == set(FLOORS)
