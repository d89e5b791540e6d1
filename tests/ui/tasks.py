"""What the tests have another process do."""

import os
import signal
import sys
import time
from pathlib import Path

from engines.differentiation.questions import Question
from engines.errors import InvalidSetting


def wait(seconds, value=True):
    time.sleep(seconds)
    return value


def hoard(megabytes):
    return len(bytearray(megabytes * 2**20))


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(value):
    raise InvalidSetting("not with {value}", value=value)


def stumble():
    raise KeyError("x")


def loaded():
    return tuple(sorted({name.partition(".")[0] for name in sys.modules}))


def resident_megabytes():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def pid():
    return os.getpid()


def question(function, *arguments):
    return Question(f"{function.__name__}{arguments}", function, arguments)


def begin_and_wait(begun):
    """Makes the file `begun`, then has nothing to do for long."""
    Path(begun).touch()
    time.sleep(600)
