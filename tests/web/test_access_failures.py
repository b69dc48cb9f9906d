"""Wrong tokens: who gives many waits, others do not, and what is kept of them is bounded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.sampling.stepping import Clock

from shmscope.web.access_failures import (
    BURST,
    BURST_OF_ALL,
    EVERY_S,
    MOST_ADDRESSES,
    MOST_KNOWN,
    Failures,
    site_of,
)

HERE, THERE = "192.0.2.1", "192.0.2.2"


def failed(failures: Failures, times: int, address: str = HERE) -> None:
    for _ in range(times):
        failures.note(address)


def test_some_failures_are_let_pass_and_the_next_must_wait() -> None:
    failures = Failures(Clock(1000.0))
    failed(failures, BURST - 1)
    assert failures.wait_s(HERE) == 0
    failed(failures, 1)
    assert failures.wait_s(HERE) == EVERY_S


def test_who_waited_may_try_once_and_who_waited_long_as_often_as_ever() -> None:
    clock = Clock(1000.0)
    failures = Failures(clock)
    failed(failures, BURST)
    clock.now_s += EVERY_S
    assert failures.wait_s(HERE) == 0
    failed(failures, 1)
    assert failures.wait_s(HERE) == EVERY_S
    clock.now_s += BURST * EVERY_S
    failed(failures, BURST - 1)
    assert failures.wait_s(HERE) == 0


def test_the_failures_of_one_hold_up_no_other() -> None:
    failures = Failures(Clock(1000.0))
    failed(failures, BURST)
    assert failures.wait_s(THERE) == 0


def test_many_addresses_together_hold_up_strangers_and_no_known_client() -> None:
    failures = Failures(Clock(1000.0))
    failures.trust(THERE)
    for number in range(BURST_OF_ALL):
        failures.note(f"198.51.100.{number}")
    assert failures.wait_s("203.0.113.9") > 0
    assert failures.wait_s(THERE) == 0
    failed(failures, BURST, THERE)
    assert failures.wait_s(THERE) > 0


def test_all_addresses_that_one_client_has_count_as_one() -> None:
    failures = Failures(Clock(1000.0))
    for number in range(BURST):
        failures.note(f"2001:db8:1:2::{number:x}")
    assert failures.wait_s("2001:db8:1:2:ffff::9") > 0
    assert failures.wait_s("2001:db8:1:3::9") == 0
    assert site_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert site_of("fe80::1%eth0") == site_of("fe80::2%eth1")


def test_what_is_kept_is_bounded_and_the_newest_stays() -> None:
    clock = Clock(1000.0)
    failures = Failures(clock)
    addresses = [f"10.0.{one >> 8}.{one & 255}" for one in range(MOST_ADDRESSES + 100)]
    for address in addresses:
        failures.trust(address)
        failed(failures, BURST, address)
    assert len(failures) <= MOST_ADDRESSES + MOST_KNOWN
    assert failures.wait_s(addresses[-1]) > 0


@given(st.text() | st.ip_addresses().map(str))
def test_any_address_has_a_site(address: str) -> None:
    assert site_of(address) == site_of(site_of(address))
