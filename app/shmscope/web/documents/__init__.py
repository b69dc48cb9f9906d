"""What the REST API answers and takes, as schemas: for the OpenAPI document and whoever reads it.

Nothing is checked by these when the server answers; tests hold real answers against them.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic.json_schema import models_json_schema

from shmscope.web.describing import reference
from shmscope.web.documents import arrays, fleet, hosts, kept, values
from shmscope.web.documents.base import Document, Problem

_TEMPLATE = reference("{model}")["$ref"]


def schemas(*, hub: bool = False) -> dict[str, Any]:
    """Return the schema of every document, by its name.

    Args:
        hub: With those that only a hub answers with.
    """
    models: list[type[Document]] = [Problem]
    modules = (arrays, hosts, kept, values, *((fleet,) if hub else ()))
    models += [each for module in modules for each in of(module)]
    wanted: list[tuple[type[Document], Literal["validation"]]]
    wanted = [(model, "validation") for model in models]
    _, found = models_json_schema(wanted, ref_template=_TEMPLATE)
    named: dict[str, Any] = found["$defs"]
    return named


def of(module: object) -> list[type[Document]]:
    """Return the documents that a module defines."""
    every = vars(module).values()
    name = getattr(module, "__name__", "")
    own = [each for each in every if isinstance(each, type) and each.__module__ == name]
    return [each for each in own if not each.__name__.startswith("_")]
