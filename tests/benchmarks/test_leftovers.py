"""What a process leaves open is found."""

import subprocess
import sys
from collections import Counter

from benchmarks.leftovers import held, left_over

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
