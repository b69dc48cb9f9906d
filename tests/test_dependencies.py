"""docs/dependencies.md lists what is installed, no more and no less, with its licence."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from bench.dependencies import EXTRA, behind, direct, module_of, of_extra, size_bytes
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "dependencies.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in re.findall(r"^\| `.*$", DOCUMENT, re.MULTILINE)
]


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def names(lines: list[str]) -> list[str]:
    """Return the names of what pyproject.toml asks for."""
    return sorted(canonicalize_name(Requirement(line).name) for line in lines)


def test_the_document_lists_every_dependency_and_no_other() -> None:
    listed, extra = names(PROJECT["dependencies"]), names(PROJECT["optional-dependencies"][EXTRA])
    assert (listed, extra) == (direct(), of_extra())
    assert [row[0].strip("`") for row in ROWS] == [*listed, *extra]


def test_every_dependency_has_a_reason_a_licence_and_its_costs() -> None:
    for _, reason, licence, import_ms, installed in ROWS:
        assert len(reason) > 20
        assert licence
        assert re.fullmatch(r"[0-9]+ ms", import_ms)
        assert re.fullmatch(r"[0-9.]+ MiB", installed)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`"))
def test_the_licence_is_the_one_that_its_package_names(row: list[str]) -> None:
    told = metadata.metadata(row[0].strip("`"))
    places = ("License-Expression", "License", "Classifier")
    texts = [text for place in places for text in told.get_all(place) or [] if len(text) < 200]
    assert row[2].partition("-")[0] in " ".join(texts)


def test_what_stands_behind_them_is_named() -> None:
    brought = {one for name in (*direct(), *of_extra()) for one in behind(name)} - set(direct())
    small = {"annotated-doc", "annotated-types", "pydantic-core", "typing-extensions"}
    named = {canonicalize_name(name) for name in re.findall(r"`([a-z0-9-]+)`", DOCUMENT)}
    assert brought - small - {"typing-inspection"} <= named


def test_what_is_measured_is_there_to_be_measured() -> None:
    assert [module_of(name) for name in ("jinja2", "prometheus-client", "numpy")] == [
        "jinja2",
        "prometheus_client",
        "numpy",
    ]
    assert size_bytes("numpy") > 10 << 20
    assert {"pydantic", "starlette", "anyio"} <= behind("fastapi")


def test_the_pages_libraries_are_named() -> None:
    package = (ROOT / "package.json").read_text()
    for name, shown in (("uplot", "uPlot"), ("cbor-x", "cbor-x"), ("esbuild", "esbuild")):
        assert f'"{name}"' in package
        assert shown in DOCUMENT
