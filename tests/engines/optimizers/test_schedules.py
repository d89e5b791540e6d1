"""Learning-rate schedules against their definitions, and the sizes that PyTorch's schedulers give."""

import pytest
import torch

from engines.errors import InvalidSetting
from engines.optimizers.schedules import SHAPES, Schedule

T = 40


def torchs_factors(make, steps):
    """What a scheduler of torch multiplies a learning rate of 1 by, step by step."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(optimizer)
    for _ in range(steps):
        yield optimizer.param_groups[0]["lr"]
        optimizer.step()
        scheduler.step()


THEIRS = {
    "constant": lambda optimizer: torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0),
    "step": lambda optimizer: torch.optim.lr_scheduler.MultiStepLR(optimizer, [T], gamma=0.1),
    "cosine": lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=T),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_factors_are_torchs(shape):
    schedule = Schedule(shape, T)
    assert [schedule.factor(step) for step in range(T + 1)] == pytest.approx(list(torchs_factors(THEIRS[shape], T + 1)))


def test_after_its_end_a_cosine_stays_at_zero():
    assert [Schedule("cosine", T).factor(step) for step in (T, T + 1, 10 * T)] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(("shape", "steps"), [("linear", 10), ("step", 0), ("cosine", -3)])
def test_what_is_no_schedule_is_refused(shape, steps):
    with pytest.raises(InvalidSetting):
        Schedule(shape, steps)
