"""Edits of a run as they stand in a link, in letters that need no encoding there.

    400~rate~0.03~~900~optimizer~adam~rate~0.001

From step 400 on the rate was 0.03, from 900 on the optimizer Adam. Only what differs is said; after another
optimizer, what differs from its own defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from engines import optimizers
from engines.errors import InvalidSetting
from engines.optimizers.base import Optimizer
from engines.runs.recipe import Conditions, Edit
from ui.experiment.readers import one_of, read_backend, read_number, whole, write_number

MOST_EDITS, MOST_STEPS, MAX_BATCH = 40, 10**9, 60_000
_PART, _EDIT = "~", "~~"


def write_edits(first: Conditions, edits: tuple[Edit, ...]) -> str:
    """The edits of a run that began under the conditions `first`."""
    befores = (first, *(edit.conditions for edit in edits))
    return _EDIT.join(
        _PART.join([str(edit.step), *_differences(before, edit.conditions)])
        for before, edit in zip(befores, edits, strict=False)
    )


def read_edits(text: str, first: Conditions) -> tuple[Edit, ...]:
    """The opposite. Raises `InvalidSetting`, or what a backend's reader raises."""
    edits: list[Edit] = []
    parts = text.split(_EDIT) if text else []
    if len(parts) > MOST_EDITS:
        raise InvalidSetting("a link carries at most {most} changes", most=MOST_EDITS)
    before, last = first, 0
    for part in parts:
        step, *words = part.split(_PART)
        number = whole(last + 1, MOST_STEPS)(step)
        conditions = _changed(before, words)
        if conditions != before:
            edits.append(Edit(number, conditions))
        before, last = conditions, number
    return tuple(edits)


def _differences(before: Conditions, after: Conditions) -> Iterator[str]:
    if after.backend != before.backend:
        yield from ("backend", after.backend)
    if after.batch_size != before.batch_size:
        yield from ("batch", str(after.batch_size))
    base, rule = before.optimizer, after.optimizer
    if rule.name != base.name:
        yield from ("optimizer", rule.name)
        base = optimizers.get(rule.name)()
    for spec in fields(rule):
        if getattr(rule, spec.name) != getattr(base, spec.name):
            yield from (_KEYS.get(spec.name, spec.name), write_number(getattr(rule, spec.name)))


def _changed(before: Conditions, words: list[str]) -> Conditions:
    if len(words) % 2 or not words:
        raise InvalidSetting("write each change as step~setting~value, such as {example}", example="400~rate~0.03")
    said = dict(zip(words[::2], words[1::2], strict=True))
    backend = read_backend(said.pop("backend")) if "backend" in said else before.backend
    batch = whole(1, MAX_BATCH)(said.pop("batch")) if "batch" in said else before.batch_size
    rule = before.optimizer
    if "optimizer" in said:
        rule = optimizers.get(one_of(optimizers.names)(said.pop("optimizer")))()
    return Conditions(backend, _with_numbers(rule, said), batch)


def _with_numbers(rule: Optimizer, said: dict[str, str]) -> Optimizer:
    names = {key: name for name, key in _KEYS.items()}
    values = {spec.name: getattr(rule, spec.name) for spec in fields(rule)}
    return type(rule)(**values | {names.get(key, key): read_number(text) for key, text in said.items()})


_KEYS = {"learning_rate": "rate"}
