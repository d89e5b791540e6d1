"""How a crowd on replicas is compared with the same on one process."""

import numpy as np
import pytest

from benchmarks.crowd import Got
from benchmarks.replica_crowds import Served, capacity_options, figures


def served(name="one process", updates=(2.0, 2.0), steps=(100.0, 100.0), delays=(0.01, 0.02), **other):
    got = Got(10.0, np.array(updates), np.array([*delays, np.nan]), np.array(steps), kilobytes=9.0)
    values = {"replicas": 1, "app": 0.9, "training": 0.5, "balancer": 0.0, "clients": 0.2, "newcomer": 0.3}
    return Served(name, got, **values | {"megabytes": 620.0, "idle_megabytes": 600.0} | other)


def by_name(found):
    return {figure.name.partition(": ")[2]: figure for figure in found}


def test_the_raw_ratio_and_the_one_per_processor_second():
    two = served("2 replicas", steps=(150.0, 250.0), replicas=2, app=1.6)
    found = by_name(figures([served()], [two]))
    assert found["steps a second together, of one process"].value == pytest.approx(2.0)
    assert found["steps a processor second, of one process"].value == pytest.approx(2.0 * 0.9 / 1.6)
    assert found["processors that the app had, of one process"].value == pytest.approx(1.6 / 0.9)


def test_each_learner_counts_in_the_worst_round_all_together_in_the_median_one():
    rounds = [served("2 replicas", steps=(steps, steps)) for steps in (100.0, 300.0, 120.0)]
    rounds[1] = served("2 replicas", updates=(2.0, 1.2), steps=(300.0, 300.0), delays=(0.1, 0.9))
    found = by_name(figures([served()], rounds))
    assert found["steps a second together, of one process"].value == pytest.approx(1.2)
    assert found["updates a second, slowest session"].value == 1.2
    assert "missed" in found["updates a second, slowest session"].row
    assert found["rerun to last message, p95"].value == pytest.approx(0.1 + 0.95 * 0.8)


def test_what_the_model_is_computed_from():
    two = served("2 replicas", updates=(2.0, 2.0), steps=(1000.0, 3000.0), replicas=2, app=1.5, training=1.1)
    costs = two.costs()
    assert costs.update_ms == pytest.approx(100.0)  # 0.4 of a second's processor time for 4 updates
    assert costs.step_us == pytest.approx(275.0)  # 1.1 s for 4,000 steps
    assert (costs.replica_mb, costs.session_mb) == (300.0, 10.0)
    assert "--step-us 275" in capacity_options([costs])


def test_a_row_has_a_cell_for_each_column():
    from benchmarks.replica_crowds import COLUMNS

    assert served().row.count("|") == len(COLUMNS) + 1
