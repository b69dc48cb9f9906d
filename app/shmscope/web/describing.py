"""How answers are described in the OpenAPI document, beside what FastAPI finds out by itself.

The naive way hands FastAPI a model for every answer, which builds all of them when the server
starts, and checks or copies answers that are right already. Here routes only name the schemas of
what they answer; the schemas are made when somebody asks for the document.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

PROBLEM_TYPE: Final = "application/problem+json"
_SCHEMAS: Final = "#/components/schemas/"
_SENTENCES: Final = {
    400: "What the body asks for cannot be.",
    404: "No array has this id, or nothing this number.",
    406: "None of the forms that the client takes can be given.",
    410: "The memory is gone.",
    413: "More than the server keeps, reads or takes.",
    422: "The query or the body cannot be, or does not fit the array.",
    503: "It cannot be read now.",
}

Responses = dict[int | str, dict[str, Any]]


def reference(name: str) -> dict[str, str]:
    """Return what stands for a schema of `shmscope.web.documents`."""
    return {"$ref": _SCHEMAS + name}


def answers_with(name: str, about: str, *problems: int, status: int = 200) -> Responses:
    """Return what a route answers.

    Args:
        name: Of the schema of its JSON.
        about: What it is, in a sentence.
        problems: Statuses of the problems it may answer with.
        status: When all is well.
    """
    content = {"application/json": {"schema": reference(name)}}
    return {status: {"description": about, "content": content}, **problems_of(*problems)}


def problems_of(*statuses: int) -> Responses:
    """Return the problems that a route may answer with, those of every route included."""
    content = {PROBLEM_TYPE: {"schema": reference("Problem")}}
    named = {
        status: {"description": _SENTENCES[status], "content": content}
        for status in (*statuses, 422)
    }
    rest = {"description": "Anything else that is wrong.", "content": content}
    return {**dict(sorted(named.items())), "default": rest}


def body_of(name: str) -> dict[str, Any]:
    """Return how a route's body is described.

    Args:
        name: Of the schema of its JSON.
    """
    content = {"application/json": {"schema": reference(name)}}
    return {"requestBody": {"required": True, "content": content}}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of an application, made once."""
    if app.openapi_schema is None:
        from shmscope.web.documents import schemas  # noqa: PLC0415 - who asks not, builds them not

        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        document["components"] = {"schemas": schemas(hub=app.state.fleet is not None)}
        for ways in document["paths"].values():
            for way in ways.values():
                _tidy(way)
        app.openapi_schema = document
    return app.openapi_schema


def _tidy(way: dict[str, Any]) -> None:
    """Leave nothing beside the reference that a body's schema is."""
    for media in way.get("requestBody", {}).get("content", {}).values():
        media["schema"] = {"$ref": media["schema"]["$ref"]}
