"""`/docs`: the REST API as a page, made of its OpenAPI document; each request can be tried there.

Swagger UI would show the same: 1.4 MB of script, which styles what it draws by itself. This page is
the server's own, some 100 lines, and keeps to the Content-Security-Policy of all pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shmscope.web.pages import page_context, templates

router = APIRouter(include_in_schema=False)

Schema = Mapping[str, Any]
_WORDS: Final = {"integer": "integer", "number": "number", "string": "text", "boolean": "boolean"}
_LIMITS: Final = (
    ("minimum", "from {:,}"),
    ("maximum", "to {:,}"),
    ("exclusiveMaximum", "to below {:,}"),
    ("maxLength", "at most {:,} characters"),
    ("pattern", "like {}"),
)


class Operation(NamedTuple):
    """A request that can be made.

    Attributes:
        ident: Its name.
        body: An example of what it brings, as JSON; None where it brings nothing.
        answers: Status, description and schemas of each answer.
    """

    ident: str
    method: str
    path: str
    about: str
    parameters: list[dict[str, Any]]
    body: str | None
    answers: list[tuple[str, str, list[str]]]


@router.get("/docs")
def reference(request: Request) -> HTMLResponse:
    """Show the REST API."""
    document = request.app.openapi()
    context = {
        **page_context(request),
        "groups": groups(document),
        "schemas": document["components"]["schemas"],
        "told": told,
        "limits": limits,
    }
    return templates.TemplateResponse(request, "reference.html", context)


def groups(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """Return all operations by what they are about."""
    found: dict[str, list[Operation]] = {}
    for path, ways in document["paths"].items():
        for method, way in ways.items():
            group = found.setdefault(way["tags"][0], [])
            group.append(_operation(document, path, method, way))
    return found


def _operation(
    document: Mapping[str, Any], path: str, method: str, way: Mapping[str, Any]
) -> Operation:
    body = way.get("requestBody", {}).get("content", {}).get("application/json")
    answers = [
        (status, answer["description"], list(_named(answer)))
        for status, answer in way["responses"].items()
    ]
    return Operation(
        way["operationId"],
        method.upper(),
        path,
        way["description"],
        way.get("parameters", []),
        None if body is None else _example(document, body["schema"]),
        answers,
    )


def _named(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield the schemas that an answer may have."""
    for media in answer.get("content", {}).values():
        schema = media["schema"]
        for one in schema.get("anyOf", [schema]):
            if "$ref" in one:
                yield name_of(one)


def name_of(schema: Schema) -> str:
    """Return the name of the schema that is referred to."""
    return str(schema["$ref"]).rpartition("/")[2]


def _example(document: Mapping[str, Any], schema: Schema) -> str:
    """Return what a body may be, made of the examples of its fields."""
    fields = document["components"]["schemas"][name_of(schema)]["properties"]
    given = {name: one["examples"][0] for name, one in fields.items() if "examples" in one}
    return json.dumps(given, ensure_ascii=False)


def told(schema: Schema) -> str:
    """Return what a schema allows, in some words."""
    if "$ref" in schema:
        return name_of(schema)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(told(one) for one in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return " or ".join(json.dumps(one) for one in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "array":
        return f"list of {told(schema.get('items', {}))}"
    if kind == "object":
        return "object"
    return _WORDS.get(str(kind), "null" if kind == "null" else "anything")


def limits(schema: Schema) -> str:
    """Return between which limits a value must be, empty where there are none."""
    every = [schema, *schema.get("anyOf", [])]
    found = [text.format(one[key]) for one in every for key, text in _LIMITS if key in one]
    return ", ".join(found)
