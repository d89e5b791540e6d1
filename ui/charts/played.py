"""Charts that follow a step which is played in the browser: nothing is sent, nothing is drawn anew meanwhile.

Vega can bind a parameter to an element of the page and an event of it. The player (`ui/parts/step_player/player.js`)
writes its step to the page's body, `document.body.value`, and sends the event there. The body is always present, so a
chart and the player may appear in any order.
"""

from __future__ import annotations

import altair as alt

EVENT = "played-step"
SHOWN = "step_shown"  # the parameter: the last step to draw
_ALL = FOR_EVER = 1e9


def following(chart: alt.LayerChart) -> alt.LayerChart:
    """The chart with the parameter `SHOWN`: the step that the player says, all of them before it says one."""
    said = alt.param(name="step_said", bind=alt.BindDirect(element="body", event=EVENT))
    return chart.add_params(said, alt.param(name=SHOWN, expr=f"isValid(step_said) ? +step_said : {_ALL:g}"))


def so_far(rows: alt.Chart) -> alt.Chart:
    """Of rows with a `step` those up to the step shown."""
    return rows.transform_filter(f"datum.step <= {SHOWN}")


def just_now(rows: alt.Chart) -> alt.Chart:
    """Of rows with a `step` that stand until the step `until`, the one that stands at the step shown."""
    return so_far(rows).transform_filter(f"{SHOWN} < datum.until")
