"""Sessions that have ended: the server lets go of each as soon as it cannot come back any more.

Streamlit keeps a session whose connection dropped for a while (`server.disconnectedSessionTTL`), so that it can come
back. When that time is over it is removed only as another session's connection drops: on a quiet server never. And the
last one that was sent something stays in a variable of Streamlit's loop until another comes, as one that began before
the collector's freeze (`ui.jobs.process`) may for good. So what a session held, somebody's own images among it, is
taken out of it.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from streamlit import runtime


def forget_ended(patience: float = 5.0) -> int:
    """Let go of the sessions whose time is over, in the server's own thread; how many there were.

    This touches inner parts of Streamlit. Where they are not as they were, nothing happens.
    """
    count: Future[int] = Future()
    try:
        server: Any = runtime.get_instance()
        loop, stored = server._get_async_objs().eventloop, server._session_mgr._session_storage._cache
        loop.call_soon_threadsafe(_forget, stored, count)
        return count.result(patience)
    except Exception:  # no server, one that is about to stop, or another version
        return 0


def _forget(stored: Any, count: Future[int]) -> None:
    try:
        ended = [info.session for _id, info in stored.expire()]
        for session in ended:
            session.shutdown()
            for held in ("_session_state", "_fragment_storage"):  # values and callbacks; fragments
                setattr(session, held, type(getattr(session, held))())
        count.set_result(len(ended))
    except Exception as error:
        count.set_exception(error)
