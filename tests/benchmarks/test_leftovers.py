"""What a process leaves open is found."""

import subprocess
import sys
from collections import Counter

from benchmarks.leftovers import but_for_kept, held, left_over

SUBJECT = """
import os, socket, subprocess, sys, threading
print(flush=True); input()
file, line, done = open(os.devnull), socket.socket(), threading.Event()
thread = threading.Thread(target=done.wait); thread.start()
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
print(flush=True); input()
file.close(); line.close(); done.set(); thread.join(); child.communicate(b"\\n")
print(flush=True); input()
"""


def test_a_file_a_socket_a_pipe_a_thread_and_a_process_are_found():
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", SUBJECT], **options) as subject:
        seen = []
        for _ in range(3):
            subject.stdout.readline()
            seen.append(held(subject.pid))
            subject.stdin.write("\n")
            subject.stdin.flush()
    before, between, after = seen
    assert left_over(before, between) == {"file": 1, "pipe": 1, "process": 1, "socket": 1, "thread": 1}
    assert left_over(before, after) == {}


def test_only_what_is_more_is_left_over():
    assert left_over(Counter(socket=4, file=3), Counter(socket=2, file=3)) == {}
    assert left_over(Counter(), Counter(pipe=2)) == {"pipe": 2}


def test_an_event_loop_is_what_a_kept_session_holds():
    looped = "import asyncio\nloops = [asyncio.new_event_loop() for _ in range(3)]"
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    counts = []
    for first in ("import asyncio", looped):
        with subprocess.Popen([sys.executable, "-c", f"{first}\nprint(flush=True); input()"], **options) as subject:
            subject.stdout.readline()
            counts.append(held(subject.pid))
            subject.communicate("\n")
    left = left_over(*counts)
    assert left == {"anon_inode": 3, "socket": 6}
    assert but_for_kept(left) == {}
    assert but_for_kept(left | {"socket": 7}) == {"socket": 1}
