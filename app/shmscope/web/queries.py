"""What every request of the REST API is held to before it is answered.

These are coroutines, though they wait for nothing: FastAPI has plain functions run on threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shmscope.errors import QueryError
from shmscope.web.accepting import check_json


async def known_parameters(request: Request) -> None:
    """Check that a query has no other parameters than those that there are.

    A parameter that is spelt wrong would be passed over in silence, and all be answered instead of
    some.

    Raises:
        QueryError: it has.
    """
    if not request.scope["query_string"]:
        return
    route: APIRoute = request.scope["route"]
    known = [name for field in route.dependant.query_params for name in _names(field)]
    for name in request.query_params:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise QueryError(
                f"there is no parameter {name[:80]!r} here; there are: {listed}",
                value=name[:80],
                limit=listed,
                field=name[:80],
            )


async def takes_json(request: Request) -> None:
    """Check that the client takes JSON, which is all that there is.

    Raises:
        AcceptError: it does not.
    """
    check_json(request.headers.get("accept", ""))


def _names(field: Any) -> Iterator[str]:
    """Yield the names of a parameter; a model stands for those that it has."""
    model = field.field_info.annotation
    if isinstance(model, type) and issubclass(model, BaseModel):
        for name, inner in model.model_fields.items():
            yield inner.alias or name
    else:
        yield field.alias
