"""/metrics, read by the parsers of the client that writes it, and by promtool where it is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import prometheus_client
import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as parse
from tests.waiting import until
from tests.web.running import Running

import shmscope
from shmscope.sampling.health import arrays, hosts
from shmscope.sources.configuration import Configuration
from shmscope.terminal.looking import looking
from shmscope.web.guard import SECURITY_HEADERS
from shmscope.web.labels import MOST_ARRAYS, MOST_CHARS, OTHER, clean
from shmscope.web.measures import METRICS, known
from shmscope.web.metrics import encode

DOCS = Path(__file__).parents[2] / "docs"
ALERTS = (DOCS / "alerts.yml").read_text()
OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
Values = dict[tuple[str, ...], float]

PROMTOOL = shutil.which("promtool")
with_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool, of Prometheus, is not on the PATH"
)


def parse_open(text: str) -> list[Metric]:
    return list(text_string_to_metric_families(text))  # type: ignore[no-untyped-call]  # it has no types


def families(text: str) -> dict[str, Metric]:
    return {family.name: family for family in parse(text)}


def values(found: Iterable[Metric], name: str) -> Values:
    """Return the values of a metric by its labels, in the order of the table."""
    [metric] = [one for one in METRICS if one.name == name]
    return {
        tuple(sample.labels[label] for label in metric.labels): sample.value
        for family in found
        for sample in family.samples
        if sample.name == name
    }


def asked(served: Running, name: str) -> Values:
    return values(parse(served.get("/metrics").text), name)


def of_array(served: Running, metric: str, array: str) -> Values:
    """Return a metric of the arrays called `array`, without that name."""
    return {
        labels[1:]: value for labels, value in asked(served, metric).items() if labels[0] == array
    }


def promtool(*arguments: str, text: str = "") -> str:
    """Return what promtool says, which ends well."""
    done = subprocess.run(
        [PROMTOOL or "", *arguments], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_plain_text_is_answered_with_the_headers_of_every_answer(served: Running) -> None:
    answer = served.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert SECURITY_HEADERS.items() <= dict(answer.headers).items()
    assert "shmscope_build_info" in answer.text


def test_openmetrics_is_answered_where_it_is_asked_for(served: Running) -> None:
    answer = served.get("/metrics", accept=OPENMETRICS)
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    found = {family.name: family.type for family in parse_open(answer.text)}
    assert found == {re.sub("_(total|info)$", "", one.name): one.kind for one in METRICS}


@pytest.mark.parametrize(
    "accept",
    ["text/html", "text/plain;version=x", "application/openmetrics-text;version=x", ",;=," * 2000],
)
def test_what_is_asked_for_in_vain_is_answered_in_plain_text(served: Running, accept: str) -> None:
    answer = served.get("/metrics", accept=accept)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "shmscope_arrays" in {family.name for family in parse(answer.text)}


def test_strangers_are_refused(served: Running) -> None:
    assert served.get("/metrics", host="evil.example").status_code == 403
    assert served.get("/metrics", origin="http://evil.example").status_code == 403


def test_every_metric_of_the_table_is_answered_with_its_meaning(served: Running) -> None:
    found = families(served.get("/metrics").text)
    told = {
        family.name + ("_total" if family.type == "counter" else ""): family
        for family in found.values()
    }
    assert set(told) == {one.name for one in METRICS}
    for one in METRICS:
        family = told[one.name]
        assert family.type == ("gauge" if one.kind == "info" else one.kind)
        assert family.documentation == one.about
        assert all(set(sample.labels) == set(one.labels) for sample in family.samples)


def test_array_is_told_with_its_writes_size_users_and_health(served: Running, name: str) -> None:
    with shmscope.create(name, (4, 5), "i2") as array:
        segment = served.id_of(name).split("/")[1]
        for _ in range(3):
            array[0] = 1
        until(lambda: of_array(served, "shmscope_array_writes_total", name) == {(segment,): 3})
        assert of_array(served, "shmscope_array_bytes", name) == {(segment,): 40}
        assert of_array(served, "shmscope_array_health_level", name) == {(segment,): 0}
        assert of_array(served, "shmscope_array_copies", name) == {(segment,): 0}
        served.get("/api/v1/arrays")
        assert until(lambda: of_array(served, "shmscope_array_users", name)) == {
            (segment, "rw"): 1, (segment, "r"): 0, (segment, "open"): 0,
        }  # fmt: skip
        assert of_array(served, "shmscope_array_changes_per_second", name) == {}


def test_critical_array_is_at_level_two_and_counted_by_its_rule(served: Running, name: str) -> None:
    with shmscope.create(name, 1 << 12):
        os.truncate(f"/dev/shm/{name}", 16)
        until(lambda: list(of_array(served, "shmscope_array_health_level", name).values()) == [2])
        counts = asked(served, "shmscope_health_verdicts")
    assert counts["truncated", "critical"] >= 1


def test_every_rule_is_counted_though_it_says_nothing(served: Running) -> None:
    rules = {rule for rule, _ in asked(served, "shmscope_health_verdicts")}
    assert rules == {rule.name for rule in arrays.RULES} | {rule.name for rule in hosts.RULES}


def test_host_is_told_as_by_the_api(served: Running) -> None:
    room = served.get("/api/v1/memory").json()["room"]
    found = asked(served, "shmscope_host_shm_bytes")
    assert found["size",] == room["size_bytes"]
    assert found["used",] + found["free",] == found["size",]
    assert found["claimed",] >= 0
    [age_s] = asked(served, "shmscope_survey_age_seconds").values()
    assert age_s >= 0
    assert asked(served, "shmscope_build_info") == {
        (shmscope.__version__, ".".join(map(str, sys.version_info[:3]))): 1
    }


def test_nothing_is_kept_in_the_registry_of_the_process(served: Running) -> None:
    served.get("/metrics")
    kept = {family.name for family in prometheus_client.REGISTRY.collect()}
    assert not [name for name in kept if name.startswith("shmscope")]


def test_client_is_not_loaded_until_somebody_asks() -> None:
    program = "import sys, shmscope.web.app; print('prometheus_client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"False\n"


def test_scrape_has_nothing_looked_at(served: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    surveys, asked_for = served.sampler._surveys, []
    assert surveys is not None
    for way in ("hurry", "wait_fresh"):
        monkeypatch.setattr(surveys, way, lambda *_, way=way: asked_for.append(way))
    served.get("/metrics")
    assert (asked_for, served.sampler.demand.topics()) == ([], [])
    served.get("/api/v1/health")
    assert asked_for == ["wait_fresh"]


HOSTILE = (
    b'"quoted"', b"back\\slash", b"new\nline", b"# HELP x", b'a="b"} 1', b"\x1b[2J", b"\xff\xfe",
    b"{}", "温度".encode(), OTHER.encode(), b"e" * 200, b" ", b"\\", b"\t", "\u2028".encode(),
)  # fmt: skip


@pytest.fixture
def thousand(tmp_path: Path) -> Configuration:
    """Name a folder with 1,000 segments, of which most are ordinary."""
    for number, name in enumerate(HOSTILE):
        (tmp_path / os.fsdecode(name)).write_bytes(bytes(5000 + number))
    for number in range(1000 - len(HOSTILE)):
        (tmp_path / f"{'x' * 130}{number}").write_bytes(bytes(8 + number))
    return Configuration(None, (), [str(tmp_path)])


def test_series_are_bounded_however_many_arrays_of_whatever_names(thousand: Configuration) -> None:
    with looking(thousand) as look:
        every = list(look.sampler.roster.by_id.values())
        body, _ = encode(look.sampler, "")
        opened, _ = encode(look.sampler, OPENMETRICS)
    found = list(parse(body.decode()))
    sizes = values(found, "shmscope_array_bytes")
    assert len(every) >= 1000
    assert len(sizes) == MOST_ARRAYS + 1
    assert sum(sizes.values()) == sum(one.layout.size_bytes for one in every)
    assert values(found, "shmscope_arrays") == {(): len(every)}
    assert values(found, "shmscope_arrays_other") == {(): len(every) - MOST_ARRAYS}
    for labels in sizes:
        assert all(len(label) <= MOST_CHARS and label.isprintable() for label in labels)
    assert sum(len(family.samples) for family in found) < 12 * MOST_ARRAYS
    assert {one.name for one in parse_open(opened.decode())} >= {"shmscope_array_writes"}


def test_arrays_that_somebody_named_come_before_larger_ones(
    thousand: Configuration, name: str
) -> None:
    with shmscope.create(name, 1, "u1") as array:
        array[0] = 1
        with looking(thousand) as look:
            body, _ = encode(look.sampler, "")
    found = list(parse(body.decode()))
    assert [labels[0] for labels in values(found, "shmscope_array_bytes")].count(name) == 1
    writes = values(found, "shmscope_array_writes_total")
    assert [value for labels, value in writes.items() if labels[0] == name] == [1]
    assert OTHER not in {labels[0] for labels in writes}


def test_count_of_one_array_among_the_others_is_no_counter(name: str) -> None:
    with shmscope.create(name, 4) as array, looking(Configuration(None)) as look:
        array[0] = 1
        look.look()
        now = known(look.sampler)
        [(labels, traces)] = [one for one in now.groups.items() if one[0][0] == name]
    [metric] = [one for one in METRICS if one.kind == "counter"]
    assert list(metric.read(replace(now, groups={labels: traces}))) == [(labels, 1)]
    assert list(metric.read(replace(now, groups={(OTHER, OTHER): traces}))) == []
    assert list(metric.read(replace(now, groups={labels: traces * 2}))) == []


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("heat", "heat"),
        ("a\nb\x1b\udcff", "a\ufffdb\ufffd\ufffd"),
        ("e" * MOST_CHARS, "e" * MOST_CHARS),
        ("e" * (MOST_CHARS + 1), "e" * (MOST_CHARS - 1) + "…"),
    ],
)
def test_label_is_short_and_can_be_shown(text: str, label: str) -> None:
    assert clean(text) == label


def test_documentation_has_every_metric_and_no_other() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (\w+) \| ?(.*?) \| (.*) \|$",
        (DOCS / "metrics.md").read_text(),
        re.MULTILINE,
    )
    assert rows == [
        (one.name, one.kind, ", ".join(f"`{label}`" for label in one.labels), one.about)
        for one in METRICS
    ]


def test_documentation_tells_the_limits() -> None:
    text = (DOCS / "metrics.md").read_text()
    assert f"at most {MOST_ARRAYS} are told of" in text
    assert f"cut to {MOST_CHARS} characters" in text
    assert f'array="{OTHER}"' in text


def alerts() -> list[str]:
    """Return the text of each alert."""
    return re.split(r"^ +- alert: ", ALERTS, flags=re.MULTILINE)[1:]


def test_every_alert_asks_for_metrics_and_labels_that_there_are() -> None:
    metrics = {one.name: one for one in METRICS}
    for alert in alerts():
        rule = alert[alert.index("expr:") : alert.index("annotations:")]
        named = re.findall(r"\b(shmscope_\w+)(?:\{([^}]*)\})?", rule)
        assert named
        for name, matchers in named:
            assert set(re.findall(r"(\w+)=", matchers)) <= set(metrics[name].labels)


def test_every_alert_asks_for_rules_and_states_that_there_are(served: Running) -> None:
    counts = asked(served, "shmscope_health_verdicts")
    states = {state for (state,) in asked(served, "shmscope_host_shm_bytes")}
    assert set(re.findall(r'state="(\w+)"', ALERTS)) <= states
    [rules] = re.findall(r'rule=~"([\w|]+)"', ALERTS)
    assert set(rules.split("|")) <= {rule for rule, _ in counts}


def test_every_alert_says_what_it_is() -> None:
    assert len(alerts()) >= 7
    for alert in alerts():
        assert re.search(r'^ +summary: ".+"$', alert, re.MULTILINE)
        assert re.search(r'^ +description: ".+"$', alert, re.MULTILINE)
        assert re.search(r"^ +severity: (warning|critical)$", alert, re.MULTILINE)


@with_promtool
def test_promtool_accepts_the_alerts() -> None:
    assert "SUCCESS" in promtool("check", "rules", str(DOCS / "alerts.yml"))


@with_promtool
def test_promtool_has_nothing_against_the_metrics(served: Running) -> None:
    assert promtool("check", "metrics", text=served.get("/metrics").text) == ""


@with_promtool
def test_alerts_fire_when_they_should(tmp_path: Path) -> None:
    silent = re.sub(r"^ +(annotations:|summary:|description:).*\n", "", ALERTS, flags=re.MULTILINE)
    (tmp_path / "alerts.yml").write_text(silent)
    (tmp_path / "test.yml").write_text(FIRING)
    assert "SUCCESS" in promtool("test", "rules", str(tmp_path / "test.yml"))


# What is stored each minute, and which alerts stand after 40. Free memory falls by 1 MiB a minute.
FIRING = """
rule_files: [alerts.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'shmscope_build_info{instance="a"}', values: '1x60'}
      - {series: 'shmscope_host_shm_bytes{instance="a", state="size"}', values: '104857600x60'}
      - {series: 'shmscope_host_shm_bytes{instance="a", state="used"}', values: '52428800+1048576x60'}
      - {series: 'shmscope_host_shm_bytes{instance="a", state="free"}', values: '52428800-1048576x60'}
      - {series: 'shmscope_host_shm_bytes{instance="a", state="claimed"}', values: '1048576x60'}
      - {series: 'shmscope_host_shm_bytes{instance="a", state="resident"}', values: '1048576x60'}
      - {series: 'shmscope_orphans{instance="a"}', values: '0x20 2x40'}
      - {series: 'shmscope_health_verdicts{instance="a", rule="dead_writer", level="critical"}', values: '0x39 1x20'}
      - {series: 'shmscope_array_torn_copies{instance="a", array="x", segment="1-2"}', values: '0x60'}
      - {series: 'shmscope_array_copies{instance="a", array="x", segment="1-2"}', values: '0x60'}
    alert_rule_test:
      - {alertname: SharedMemoryFillsUp, eval_time: 10m, exp_alerts: [{exp_labels: {instance: a, state: free, severity: warning}}]}
      - {alertname: SharedMemoryNearlyFull, eval_time: 30m, exp_alerts: []}
      - {alertname: SharedMemoryNearlyFull, eval_time: 50m, exp_alerts: [{exp_labels: {instance: a, severity: warning}}]}
      - {alertname: SharedMemoryOrphaned, eval_time: 25m, exp_alerts: []}
      - {alertname: SharedMemoryOrphaned, eval_time: 40m, exp_alerts: [{exp_labels: {instance: a, severity: warning}}]}
      - {alertname: SharedArrayWriterDied, eval_time: 30m, exp_alerts: []}
      - {alertname: SharedArrayWriterDied, eval_time: 40m, exp_alerts: [{exp_labels: {instance: a, rule: dead_writer, severity: warning}}]}
      - {alertname: SharedArrayTorn, eval_time: 40m, exp_alerts: []}
      - {alertname: SharedMemoryOverclaimed, eval_time: 40m, exp_alerts: []}
      - {alertname: ShmscopeMissing, eval_time: 40m, exp_alerts: []}
"""  # noqa: E501 - as promtool reads it
