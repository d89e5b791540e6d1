"""What runs in SymPy's own process. It imports neither Streamlit nor torch, so that the process stays small."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from engines.differentiation import symbolic
from engines.differentiation.questions import Question
from engines.errors import EngineError


@dataclass(frozen=True)
class Failure:
    """Why there is no answer: a message of the engine's, or what was raised. Exceptions do not travel well."""

    kind: str
    template: str = ""
    values: tuple[tuple[str, object], ...] = ()


def prepare(megabytes: float, parent: int) -> None:
    """Limit this process's address space, and have it end with its parent.

    Who presses Ctrl-C means the server, which then ends this process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with suppress(ImportError, OSError, ValueError):  # not on Windows; macOS refuses
        import resource

        most = int(megabytes * 2**20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _end_with(parent: int) -> None:
    """A server that was killed cannot end its processes."""
    import os

    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def ready() -> bool:
    """Answered at once by a process that has loaded all it needs."""
    symbolic.load()
    return True


def answer(question: Question) -> Any:
    """The answer, or the `Failure`."""
    try:
        return question.answer()
    except EngineError as error:
        return Failure("refused", error.template, tuple(error.values.items()))
    except MemoryError:
        return Failure("memory")
    except Exception as error:  # SymPy raises nearly everything
        return Failure(type(error).__name__)
