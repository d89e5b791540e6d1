"""The model of how many learners a machine carries: its arithmetic, against sums done otherwise."""

import doctest
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import capacity as model
from benchmarks.capacity import MACHINES, Costs, capacity, report, steps_each

PLENTY = {"core_gb": 1e6, "balancer_us": 0.0}


def test_the_examples_hold():
    assert doctest.testmod(model, optionflags=doctest.ELLIPSIS).failed == 0


def test_a_case_by_hand():
    """10 ms of updates and 7.5 ms of steps in a second: 0.8 of a core carry 45 such learners, 4 cores 4 times that."""
    costs = Costs(update_ms=5.0, updates=2.0, step_us=75.0, steps=100.0, spare=0.2, **PLENTY)
    assert costs.learner_cores == pytest.approx(0.0175)
    assert capacity(costs, 1).learners == 45
    assert capacity(costs, 4).learners == 180
    assert capacity(costs, 16, machines=4).learners == 64 * 45


def test_a_learner_too_many_would_not_fit():
    """Added up one by one, as a replica meets them."""
    costs = Costs(**PLENTY)
    fit = 0
    while (fit + 1) * (2 * costs.update_ms / 1e3 + costs.steps * costs.step_us / 1e6) <= 1 - costs.spare + 1e-9:
        fit += 1
    assert capacity(costs, 1).learners == fit


def test_memory_sets_the_bound_where_there_is_little():
    costs = Costs(core_gb=0.75, replica_mb=600.0, system_mb=300.0, session_mb=10.0)
    found = capacity(costs, 4)  # 3,000 MB - 300 - 2,400 leave 300
    assert (found.learners, found.bound) == (30, "memory")
    assert found.gigabytes == pytest.approx(3.0)
    assert capacity(Costs(core_gb=0.5, replica_mb=600.0), 4).learners == 0  # not even the replicas have room


def test_the_balancer_works_on_the_first_machine_for_all():
    costs = Costs(update_ms=5.0, updates=2.0, step_us=75.0, steps=100.0, spare=0.2, core_gb=1e6, balancer_us=5000.0)
    assert capacity(costs, 16).learners == int(16 * 0.8 / 0.0275)  # 17.5 ms in the app, 10 in HAProxy
    assert capacity(costs, 16, machines=4).learners == int(16 * 0.8 / (0.0175 / 4 + 0.01))


def test_who_reads_trains_not():
    """Where a half of them train, it carries twice as many."""
    costs = Costs(update_ms=5.0, updates=2.0, step_us=100.0, steps=100.0, spare=0.2, **PLENTY)
    assert capacity(costs, 2).learners == 80
    half = Costs(update_ms=5.0, updates=2.0, step_us=100.0, steps=100.0, spare=0.2, training=0.5, **PLENTY)
    assert capacity(half, 2).learners == 160


@given(
    update_ms=st.floats(0.5, 50),
    step_us=st.floats(10, 5000),
    steps=st.floats(1, 1000),
    cores=st.integers(1, 64),
)
def test_so_many_learners_get_the_steps_that_they_are_to_get(update_ms, step_us, steps, cores):
    costs = Costs(update_ms=update_ms, step_us=step_us, steps=steps, core_gb=1e6)
    found = capacity(costs, cores)
    if found.learners and found.bound == "processors":
        assert steps_each(costs, cores, found.learners) >= steps * (1 - 1e-9)
        assert capacity(costs, cores + 1).learners >= found.learners


def test_the_report_names_every_assumption_with_its_value():
    costs = Costs(update_ms=4.25)
    text = "\n".join(report(costs))
    for spec in fields(costs):
        assert f"- {spec.metadata['told']}: {getattr(costs, spec.name):g} {spec.metadata['unit']}" in text
    for machines, cores in MACHINES:
        assert capacity(costs, cores, machines).row in text
