"""Fuzz every target, or those named, and print a row for each: the table of docs/fuzzing.md.

python -m tests.fuzz.run [TARGET ...] [--seconds SECONDS]

What was found interesting stays in build/fuzz for the next run, and so do the figures, which are
added up, and an input that breaks a target; with one, the exit status is 1. It needs atheris:
pip install -e '.[fuzz]'.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tests.fuzz.targets import TARGETS, Target

FOLDER: Final = Path(__file__).parents[2] / "build" / "fuzz"
INPUT_S: Final = 5
MOST_MIB: Final = 1024
HEADER: Final = (
    "| target | executions | seconds | edges | peak MiB | found |\n|---|---|---|---|---|---|"
)
_EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_PEAK = re.compile(r"stat::peak_rss_mb:\s*(\d+)")
_EDGES = re.compile(r"\bcov: (\d+)")
_SECONDS = re.compile(r"^Done \d+ runs in (\d+) second", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run did.

    Attributes:
        edges: Branches of the code that some input went through.
        broke: Whether an input broke the target.
    """

    executions: int
    seconds: int
    edges: int
    peak_mib: int
    broke: bool

    def __add__(self, later: Figures) -> Figures:
        """Return the figures of both runs together; a break that was mended is none."""
        return Figures(
            self.executions + later.executions,
            self.seconds + later.seconds,
            max(self.edges, later.edges),
            max(self.peak_mib, later.peak_mib),
            later.broke,
        )

    def row(self, name: str) -> str:
        """Return a row of the table."""
        cells = (f"`{name}`", f"{self.executions:,}", f"{self.seconds:,}", f"{self.edges:,}")
        found = "an input that breaks it" if self.broke else "nothing"
        return f"| {' | '.join(cells)} | {self.peak_mib:,} | {found} |"


def main(arguments: Sequence[str]) -> int:
    """Fuzz, one target after the other.

    Returns:
        1 where an input broke a target, 2 where atheris is not there.
    """
    options = _parse(arguments)
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: pip install -e '.[fuzz]'", file=sys.stderr)
        return 2
    print(HEADER)
    broke = False
    for name in options.targets or TARGETS:
        figures = fuzz(name, options.seconds)
        print(add_up(name, figures).row(name), flush=True)
        broke = broke or figures.broke
    return int(broke)


def add_up(name: str, figures: Figures, folder: Path = FOLDER) -> Figures:
    """Return the figures of this run and of those before, and keep them."""
    path = folder / f"{name}.json"
    if path.exists():
        figures = Figures(**json.loads(path.read_text())) + figures
    path.write_text(json.dumps(asdict(figures)))
    return figures


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.fuzz.run", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each (default %(default)s)")
    options = parser.parse_args(arguments)
    for name in options.targets:
        if name not in TARGETS:
            parser.error(f"there is no target {name!r}; there are {', '.join(TARGETS)}")
    return options


def fuzz(name: str, seconds: int, folder: Path = FOLDER) -> Figures:
    """Fuzz a target for so long in a process of its own."""
    target, corpus = TARGETS[name], folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    write_seeds(target, corpus)
    words = folder / f"{name}.words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words))
    command = [
        sys.executable, "-m", "tests.fuzz.driver", name,
        f"-max_total_time={seconds}", f"-max_len={target.most_bytes}", f"-timeout={INPUT_S}",
        f"-rss_limit_mb={MOST_MIB}", f"-dict={words}", f"-artifact_prefix={folder}/{name}-",
        "-print_final_stats=1", str(corpus),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")
    (folder / f"{name}.log").write_text(done.stdout + done.stderr)
    return read_figures(done.stdout + done.stderr, broke=done.returncode != 0)


def write_seeds(target: Target, corpus: Path) -> None:
    """Write the inputs that a target begins with."""
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)


def read_figures(log: str, *, broke: bool) -> Figures:
    """Read what libFuzzer tells when it ends; of what it does not tell, there are none."""

    def last(pattern: re.Pattern[str]) -> int:
        found = pattern.findall(log)
        return int(found[-1]) if found else 0

    return Figures(last(_EXECUTED), last(_SECONDS), last(_EDGES), last(_PEAK), broke)


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
