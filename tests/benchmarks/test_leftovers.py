"""What is left open is found."""

import os
import socket
import subprocess
import sys
import threading
from collections import Counter

from benchmarks.leftovers import held, left_over


def test_a_file_a_socket_a_pipe_a_thread_and_a_process_are_found(tmp_path):
    before, done = held(os.getpid()), threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with (tmp_path / "log").open("w"), socket.socket():
        found = left_over(before, held(os.getpid()))
    child.communicate(b"\n")
    done.set()
    thread.join()
    assert {kind: found[kind] for kind in ("file", "socket", "thread", "process")} == {
        "file": 1, "socket": 1, "thread": 1, "process": 1,
    }  # fmt: skip
    assert found["pipe"] >= 1
    assert left_over(before, held(os.getpid())) == {}


def test_only_what_is_more_is_left_over():
    assert left_over(Counter(socket=4, file=3), Counter(socket=2, file=3)) == {}
    assert left_over(Counter(), Counter(pipe=2)) == {"pipe": 2}
