"""When something breaks inside: it is said on the page, in words and with a way to go on; the log has the details.

Pages and fragments draw within `survived`, callbacks are `guarded`. Both catch `Exception` only: Streamlit's own
signals to run again or to stop are no failures, and derive from `BaseException`.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engines.errors import EngineError
from ui.acted import act
from ui.reader import reader
from ui.text import Text

_LOG = logging.getLogger(__name__)
_NOTED = "_failure.noted"  # what a callback raised, until the next one or another page
_ANEW = "_failure.anew"  # that the page is to start again
_LOGGED = "_failure.logged"  # what a fragment broke with last: the log needs it once, not at each tick


class _Noted(NamedTuple):
    error: Exception
    page: str


class survived:
    """A `with` block whose exceptions are said in its place, and go no further.

    `doing` is what was being done, a key of `_doings`; `key` tells two such blocks on one page apart.
    """

    def __init__(self, doing: str, key: str = "page") -> None:
        self._doing, self._key = doing, key

    def __enter__(self) -> None:
        """Nothing is needed before something breaks."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception):
            return False
        _log_once(error)
        error.__traceback__ = None  # somebody may raise this object again, with the frames of each time
        _ = reader()
        say(told(error, self._doing, _), self._key, _)
        return True


def guarded(callback: Callable[..., object]) -> Callable[..., None]:
    """The callback of a widget; what it raises is said by the page that is drawn next, at its top."""

    @wraps(callback)
    def attempt(*args: Any, **options: Any) -> None:
        act()
        with noted():
            callback(*args, **options)
        if _NOTED in st.session_state:
            st.rerun()  # all of the page, also where the widget stands in a fragment

    return attempt


class noted:
    """A `with` block that does what a visitor asked for; what it raises is kept for `say_noted`."""

    def __enter__(self) -> None:
        """What went wrong the time before is over."""
        st.session_state.pop(_NOTED, None)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception):
            return False
        log(error)
        st.session_state[_NOTED] = _Noted(error.with_traceback(None), _page())
        return True


def say_noted(_: Text) -> None:
    """What the last command on this page raised."""
    found: _Noted | None = st.session_state.get(_NOTED)
    if found is None:
        return
    if found.page == _page():
        say(told(found.error, "command", _), "noted", _)
    else:
        del st.session_state[_NOTED]


def say(message: str, key: str, _: Text) -> None:
    """The message, and two ways to go on."""
    st.error(message)
    with st.container(horizontal=True):
        again, anew = ":material/refresh:", ":material/restart_alt:"
        st.button(_("Draw again"), key=f"failure.{key}.again", icon=again, on_click=_go_on)
        st.button(_("Start again"), key=f"failure.{key}.anew", icon=anew, on_click=_go_on, args=(True,))


def _go_on(anew: bool = False) -> None:
    st.session_state.pop(_NOTED, None)
    st.session_state.pop(_LOGGED, None)
    st.session_state[_ANEW] = anew
    st.rerun()


def starts_anew() -> bool:
    """Whether somebody asked the page to start again; says so once."""
    return st.session_state.pop(_ANEW, False)


def told(error: BaseException | None, doing: str, _: Text) -> str:
    """What broke, as Markdown: an engine's own message, else what was being done (a key of `_doings`) and why not."""
    if isinstance(error, EngineError):
        return _.error(error)
    return _("Something went wrong while {doing}: {reason}. The details are in the server's log.").format(
        doing=_doings(_)[doing], reason=reason(error, _)
    )


def stopped(error: BaseException | None, step: int, _: Text) -> str:
    """A sentence on a run that ended because something raised, as Markdown."""
    why = _.error(error).rstrip(".") if isinstance(error, EngineError) else reason(error, _)
    return _("The run stopped at step {step:,}: {reason}. The details are in the server's log.").format(
        step=step, reason=why
    )


def say_abandoned(_: Text) -> None:
    """The run that the page looks for was closed while nobody was there."""
    st.info(
        _(
            "The run was closed because its page had not been open for a long time. It is trained again to the step "
            "where it was."
        )
    )


def reason(error: BaseException | None, _: Text) -> str:
    """Why, as plain text without a full stop: an engine's own message, else the kind of fault in words."""
    if isinstance(error, EngineError):
        return _.message(error).rstrip(".")
    kinds = (
        (MemoryError, _("there was not enough memory")),
        (RecursionError, _("something is nested too deeply")),
        (ZeroDivisionError, _("a number was divided by 0")),
        (OverflowError, _("a number became too large")),
        (ArithmeticError, _("a calculation has no result")),
        (TimeoutError, _("something took too long")),
        (OSError, _("a file or the network could not be used")),
        (ImportError, _("a library is missing or does not work")),
        (NotImplementedError, _("something is not implemented yet")),
        ((LookupError, AttributeError, NameError), _("something was missing that should have been there")),
        (TypeError, _("a value was of the wrong kind")),
        ((ValueError, AssertionError), _("a value did not fit")),
    )
    return next((words for kind, words in kinds if isinstance(error, kind)), _("an unexpected fault"))


def _doings(_: Text) -> dict[str, str]:
    return {
        "page": _("this page was being drawn"),
        "sidebar": _("the sidebar was being drawn"),
        "picture": _("this part of the page was being drawn"),
        "command": _("your last command was being carried out"),
        "data": _("the data was being read"),
        "download": _("the data was being downloaded"),
    }


def _page() -> str:
    context = get_script_run_ctx()
    return context.page_script_hash if context else ""


def _log_once(error: Exception) -> None:
    seen = "".join(traceback.format_exception_only(error))
    if st.session_state.get(_LOGGED) != seen:
        st.session_state[_LOGGED] = seen
        log(error)


def log(error: Exception) -> None:
    """An engine's refusal is an ordinary thing; anything else is a fault that somebody has to mend."""
    level = logging.INFO if isinstance(error, EngineError) else logging.ERROR
    _LOG.log(level, "On a page: %s", error, exc_info=error)
