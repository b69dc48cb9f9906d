"""The wheel, built by way of the source distribution and used outside the checkout."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
VENDORED = {
    "cbor-x.LICENSE",
    "cbor-x.js",
    "stamp",
    "uplot.LICENSE",
    "uplot.css",
    "uplot.d.ts",
    "uplot.js",
}
IMPORT_WORKERS = """
import importlib, pkgutil, shmscope.workers
names = [module.name for module in pkgutil.iter_modules(shmscope.workers.__path__)]
for name in names:
    importlib.import_module("shmscope.workers." + name)
print(shmscope.__file__, len(names))
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def run(*command: str | Path, cwd: Path, path: str = os.defpath) -> str:
    """Run a command without PYTHON* variables; return what it printed, fail with what it said."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment["PATH"] = path
    done = subprocess.run(
        command, cwd=cwd, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files_of(folder: Path) -> set[str]:
    """Return the source files below a folder, relative to it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)) for path in files if "__pycache__" not in path.parts}


def runtime_distributions(name: str) -> Iterator[metadata.Distribution]:
    """Yield what a distribution needs at run time, itself not included; some more than once."""
    for line in metadata.requires(name) or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield metadata.distribution(requirement.name)
            yield from runtime_distributions(requirement.name)


def link_runtime_dependencies(site_packages: Path) -> None:
    """Make the declared dependencies, and nothing else, importable from a venv."""
    for distribution in runtime_distributions("shmscope"):
        tops = {file.parts[0] for file in distribution.files or [] if file.parts[0] != ".."}
        for top in tops - {"__pycache__"}:
            link = site_packages / top
            if not link.exists():
                link.symlink_to(Path(str(distribution.locate_file(top))))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the source distribution, on a PATH without npm."""
    out = tmp_path_factory.mktemp("dist")
    nothing = str(tmp_path_factory.mktemp("empty"))
    build = (sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT)
    run(*build, cwd=out, path=nothing)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a venv that holds the wheel and its declared dependencies."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, symlinks=True)
    python = home / "bin/python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*pip, "--no-deps", "--no-index", wheel, cwd=home)
    link_runtime_dependencies(next(home.glob("lib/python3*/site-packages")))
    return home / "bin"


@pytest.mark.parametrize("folder", ["workers", "templates", "static"])
def test_wheel_holds_every_file_of_the_linked_folders(wheel: Path, folder: str) -> None:
    expected = {f"shmscope/{folder}/{name}" for name in files_of(ROOT / folder)}
    assert expected
    assert expected <= set(zipfile.ZipFile(wheel).namelist())


def test_wheel_holds_the_vendored_libraries_and_nothing_foreign(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    vendored = {Path(name).name for name in names if name.startswith("shmscope/static/vendor/")}
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert vendored == VENDORED
    assert "shmscope/static/bundled/js/array.js" in names
    assert tops == {"shmscope"}


def test_installed_pages_load_what_was_bundled(installed: Path, tmp_path: Path) -> None:
    asked = "from shmscope.web.pages import assets; print(assets.bundled)"
    assert run(installed / "python", "-c", asked, cwd=tmp_path) == "True\n"


def test_installed_workers_import_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    origin, count = run(installed / "python", "-c", IMPORT_WORKERS, cwd=tmp_path).split()
    assert Path(origin).is_relative_to(installed.parent)
    assert int(count) > 0


def test_installed_command_tells_the_version_of_its_wheel(
    installed: Path, wheel: Path, tmp_path: Path
) -> None:
    version = wheel.name.split("-")[1]
    assert version in run(installed / "shmscope", "--version", cwd=tmp_path)


def test_lock_file_pins_hashes_and_names_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = [entry for name, entry in packages.items() if name]
    assert all("integrity" in entry for entry in installed)
    assert not any("resolved" in entry for entry in installed)
