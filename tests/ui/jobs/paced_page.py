"""A page of a test: its job runs, and after some updates the server comes to be late."""

import itertools

import streamlit as st

from ui.jobs import live
from ui.jobs.job import Job
from ui.jobs.process import scheduler

live.present()
job = live.attach("count", lambda: Job(itertools.count()))
job.start()
drawn = itertools.count(1)


def draw():
    st.text(f"{next(drawn)} updates")
    if next(drawn) > 4:
        late = scheduler().tempo
        late.note(asked=late._since, began=late._since, ended=late._since + 2, every=0.2)


live.watch(job, "running", draw, every=0.2)
