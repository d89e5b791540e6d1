"""What something costs in time, known before it is begun: seconds of a processor from the settings alone.

A forward pass over n samples takes 2 · n · weights operations, forward and backward three times as many.
"""

from __future__ import annotations

from engines.errors import TakesTooLong
from engines.network import Network

_OPERATIONS_A_SECOND = {"float32": 75e9, "float64": 40e9}
_SECONDS_A_WEIGHT = {"float32": 4e-9, "float64": 8e-9}  # of an update with its gradient: memory, not arithmetic
_SECONDS_A_CALL = 5e-5


def pass_seconds(network: Network, samples: int, dtype: str, passes: int = 1) -> float:
    """A forward pass over so many samples; with the backward pass it counts as three."""
    return _SECONDS_A_CALL + 2 * passes * samples * network.parameter_count / _OPERATIONS_A_SECOND[dtype]


def step_seconds(network: Network, batch_size: int, dtype: str) -> float:
    """A step of training."""
    moved = network.parameter_count * _SECONDS_A_WEIGHT[dtype]
    return pass_seconds(network, batch_size, dtype, passes=3) + moved


def check_minutes(seconds: float, most: float) -> None:
    """Raises `TakesTooLong` for more than so many minutes."""
    if seconds > 60 * most:
        raise TakesTooLong(
            "This would keep a processor busy for about {asked:,.0f} minutes; the limit here is {most:,.0f}. "
            "Fewer steps, a smaller batch or smaller layers take less.",
            asked=seconds / 60,
            most=most,
        )


def check_pass(network: Network, batch_size: int, dtype: str, most: float) -> None:
    """Raises `TakesTooLong` where a forward and backward pass over a batch takes more than so many seconds."""
    seconds = pass_seconds(network, batch_size, dtype, passes=3)
    if seconds > most:
        raise TakesTooLong(
            "Each number on this page would take about {seconds:.1f} s. Choose a batch of at most {rows:,}, or smaller "
            "layers.",
            seconds=seconds,
            rows=max(1, int(batch_size * most / seconds)),
        )
