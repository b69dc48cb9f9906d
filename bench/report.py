"""Write the figures of the last runs to docs/benchmarks.md, and draw docs/images/benchmarks.svg.

python -m bench.report
"""

from __future__ import annotations

import sys
from pathlib import Path

from bench.picture import draw
from bench.results import FOLDER, read_results, tables
from bench.run import BENCHMARKS

DOCS = Path(__file__).parents[1] / "docs"
MARK = "<!-- What follows is written by python -m bench.report. -->\n"
PICTURE = "![Ratios of the benchmarks, and how costs grow](images/benchmarks.svg)\n"


def main(folder: Path = FOLDER, docs: Path = DOCS) -> int:
    """Report what was found; return 1 where that is not everything."""
    results = read_results(folder)
    page = docs / "benchmarks.md"
    before, mark, _ = page.read_text().partition(MARK)
    page.write_text(f"{before}{mark}\n{PICTURE}\n{tables(results)}")
    (docs / "images" / "benchmarks.svg").write_text(draw(results))
    missing = [
        name for name in BENCHMARKS if name not in results or results[name].problem is not None
    ]
    if missing:
        print(f"there are no figures of {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
