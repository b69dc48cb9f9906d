"""`/metrics`, in the text format of Prometheus or in OpenMetrics, whichever is asked for.

The naive way keeps metrics that the code counts up as it goes, in a registry of the whole process.
Here nothing is kept: what the sampler knows is read when somebody asks. An answer makes nothing be
looked at, so that it costs the same however often it is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from shmscope.sampling.sampler import Sampler
from shmscope.web import measures

if TYPE_CHECKING:
    from prometheus_client import Metric
    from prometheus_client.registry import Collector
else:  # the client is loaded by the first who asks
    Collector = object

router = APIRouter(include_in_schema=False, default_response_class=Response)
MOST_ACCEPT = 1000


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Return metrics of the host and of its arrays."""
    accept = request.headers.get("accept", "")[:MOST_ACCEPT]
    body, content_type = encode(request.app.state.sampler, accept)
    return Response(body, headers={"content-type": content_type})


def encode(sampler: Sampler, accept: str) -> tuple[bytes, str]:
    """Return metrics and their content type.

    Args:
        sampler: What knows of the arrays.
        accept: The Accept header; what it asks for in vain is answered in the plainest form.
    """
    from prometheus_client import CollectorRegistry  # noqa: PLC0415 - who asks not, loads it not
    from prometheus_client.exposition import choose_encoder  # noqa: PLC0415 - as above

    registry = CollectorRegistry()  # not the client's own, which tells of this process
    registry.register(Reading(sampler))
    try:
        encoder, content_type = choose_encoder(accept)
    except (TypeError, ValueError):  # a version that is no number
        encoder, content_type = choose_encoder("")
    return encoder(registry), content_type


class Reading(Collector):
    """What a sampler knows when it is asked.

    Args:
        sampler: What knows of the arrays.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    def collect(self) -> Iterator[Metric]:
        """Yield every metric with its samples."""
        now = measures.known(self._sampler)
        for metric in measures.METRICS:
            yield _family(metric, now)


def _family(metric: measures.Metric, now: measures.Known) -> Metric:
    from prometheus_client import Metric  # noqa: PLC0415 - as above

    suffix = {"counter": "_total", "info": "_info", "gauge": ""}[metric.kind]
    family = Metric(metric.name.removesuffix(suffix), metric.about, metric.kind)
    for values, value in metric.read(now):
        family.add_sample(metric.name, dict(zip(metric.labels, values, strict=True)), value)
    return family
