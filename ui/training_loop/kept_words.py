"""How a kept run differs from the live one, in words: "learning rate 0.1 → 0.03 at step 400; Adam instead of SGD"."""

from __future__ import annotations

from typing import Any

from engines import optimizers
from engines.runs.differences import Differences, Instead, differences
from engines.runs.recipe import Change, Recipe
from ui.charts.numerals import typeset
from ui.experiment.readers import write_hidden, write_number
from ui.text import Translate
from ui.text.names import names
from ui.text.optimizer_names import optimizer_name

_SPEAK_FOR_THEMSELVES = ("data", "activation", "initialization", "loss", "dtype", "optimizer", "backend")


def difference_words(run: Recipe, live: Recipe, _: Translate) -> str:
    """What of the run is not as in the live one; where nothing is, how far it went."""
    found = differences(run, live)
    return _sentence(found, _) if found else _same(run.step, live.step, _)


def _same(step: int, live: int, _: Translate) -> str:
    if step == live:
        return _("the live run as it stands")
    return _("the live run at an earlier step") if step < live else _("the live run, further on")


def _sentence(found: Differences, _: Translate) -> str:
    parts = [_changed(change, _) for change in found.own_changes]
    parts += [_begun(each, _) for each in found.instead]
    if found.other_changes:
        told = "; ".join(_changed(change, _) for change in found.other_changes)
        parts.append(_("without the live run's {changes}").format(changes=told))
    return "; ".join(parts)


def _begun(each: Instead, _: Translate) -> str:
    setting, own, other = each
    if setting == "identity":
        return _("with other images under the same name of a data set")
    values = {"setting": _called(setting, _), "own": _value(setting, own, _), "other": _value(setting, other, _)}
    if other is None:
        return f"{values['setting']} {values['own']}"
    told = (
        _("{own} instead of {other}") if setting in _SPEAK_FOR_THEMSELVES else _("{setting} {own} instead of {other}")
    )
    return told.format(**values)


def _changed(change: Change, _: Translate) -> str:
    values = {
        "step": change.step,
        "setting": _called(change.setting, _),
        "before": _value(change.setting, change.before, _),
        "after": _value(change.setting, change.after, _),
    }
    if change.before is None:
        return _("{setting} {after} from step {step:,}").format(**values)
    if change.setting in _SPEAK_FOR_THEMSELVES:
        return _("{before} → {after} at step {step:,}").format(**values)
    return _("{setting} {before} → {after} at step {step:,}").format(**values)


def _called(setting: str, _: Translate) -> str:
    """The setting's name, in the middle of a sentence."""
    return {"hidden": _("hidden layers"), "seed": _("seed")}.get(setting) or names(_)[setting]


def _value(setting: str, value: Any, _: Translate) -> str:
    if setting == "hidden":
        return write_hidden(value)
    if setting == "optimizer":
        return optimizer_name(optimizers.get(value), _)
    if isinstance(value, float):
        return typeset(value) if float(f"{value:.3g}") == value else write_number(value)
    return names(_)[value] if isinstance(value, str) else str(value)
