"""One target under atheris, in a process of its own: libFuzzer ends the process that it runs in.

python -m tests.fuzz.driver TARGET [options of libFuzzer] [folders of inputs]
"""

from __future__ import annotations

import importlib
import sys
from typing import Any, Final

# Of these modules every branch is told to the fuzzer; the others are in C, or trusted.
INSTRUMENTED: Final = ("shmscope", "tomllib", "shlex")


def main(target: str, options: list[str]) -> None:
    """Run a target until libFuzzer has enough; it ends the process."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        targets = importlib.import_module("tests.fuzz.targets")
    atheris.Setup([sys.argv[0], *options], targets.TARGETS[target].check)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
