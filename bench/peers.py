"""Programs to compare with, each in an environment of its own.

What a peer needs never enters the project's environment, where it would change what is measured.
An environment is made under build/bench, which git ignores, by the first benchmark that wants it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ROOT / "build" / "bench"
INSTALL_TIMEOUT_S = 600


class PeerError(Exception):
    """A peer cannot be had here."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A program to compare with.

    Attributes:
        name: Of its environment.
        requirements: What pip installs there, with versions.
    """

    name: str
    requirements: tuple[str, ...]

    def python(self) -> str:
        """Return the interpreter of the peer's environment, made where it is not there yet.

        Raises:
            PeerError: it cannot be made; offline, most likely.
        """
        folder = ENVIRONMENTS / self.name
        python, stamp = folder / "bin" / "python", folder / "requirements.txt"
        wanted = "\n".join(self.requirements)
        if not stamp.is_file() or stamp.read_text() != wanted:
            print(f"{self.name}: its environment is made in {folder}", file=sys.stderr)
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            self._install(python)
            stamp.write_text(wanted)
        return str(python)

    def _install(self, python: Path) -> None:
        command = [str(python), "-m", "pip", "install", "--quiet", *self.requirements]
        try:
            subprocess.run(
                command, check=True, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S
            )
        except subprocess.CalledProcessError as error:
            last = (error.stderr.strip().splitlines() or ["pip failed"])[-1]
            raise PeerError(f"{self.name} cannot be installed here: {last}") from None
        except subprocess.TimeoutExpired:
            raise PeerError(f"{self.name} was not installed within {INSTALL_TIMEOUT_S} s") from None


_SERVER = ("uvicorn==0.54.0", "uvloop==0.23.0", "httptools==0.9.0")
H5GROVE = Peer("h5grove", ("h5grove[fastapi]==4.0.0", *_SERVER))
TILED = Peer("tiled", ("tiled[server]==0.2.20", *_SERVER))
PSUTIL = Peer("psutil", ("psutil==7.2.2",))
NUMBA = Peer("numba", ("numba==0.68.1", "numpy==2.4.6"))
