"""A learner of the soak: comes, trains, changes everything, reloads, leaves; and looks whether a step got lost.

What is done, and with what, follows from the generator alone. A run's step may go back only by an action that does so
(`GOES_BACK`), and wherever the page comes to rest, its address says the step that is shown.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

import numpy as np
from websockets.exceptions import ConnectionClosed

from benchmarks.page_tab import PageTab
from benchmarks.streamlit_client import Client, clock, until

HOME = "training_loop"
PATIENCE = 120.0  # seconds: what is not there by then is lost
LAYERS = ("16", "32", "64", "64-32", "none")
DATA = ("Digits", "숫자", "Fashion-MNIST")  # how those begin that are there without a download
OFTEN, SELDOM = 3.0, 1.0  # how likely an action is, beside others
_ELSEWHERE, _HOME_AGAIN = "another page", "back to the training loop"  # other pages count steps of their own
GOES_BACK = {"reset", "layers", "data", "scrub", "reload", "open a link at a step", _ELSEWHERE, _HOME_AGAIN}
_TO_THE_BIT = ("to the last bit", "마지막 비트까지")
_BROKEN, _REFUSED = "failure.page.again", "failure.noted.again"
_TOO_LONG = ("changed too often for a link", "너무 자주")


@dataclass
class Report:
    """What all learners of a soak did, and what was wrong."""

    acts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)  # what the app said where it was too busy
    seconds: list[float] = field(default_factory=list)  # that an action took
    steps: int = 0  # that were shown to be made
    links: int = 0  # that were opened at a step and led there


class Learner:
    """One learner's visit."""

    def __init__(
        self,
        address: str,
        generator: np.random.Generator,
        report: Report,
        name: str,
        pages: Collection[str] | None = None,
    ) -> None:
        """`pages`: those that it visits besides the training loop, by their files' names; None is every one."""
        self._address, self._chance, self._report, self._name = address, generator, report, name
        self._pages = pages
        self._client: Client
        self._looked = 0  # at so many of the steps that were shown
        self._least = 0  # the run's step cannot be lower
        self._left_at = 0  # the step at which another page was opened
        self._unwritten: asyncio.Task[None] | None = None

    @property
    def tab(self) -> PageTab:
        assert isinstance(self._client.tab, PageTab)
        return self._client.tab

    async def visit(self, seconds: float, pause: float) -> None:
        """Stay for so long; between two actions about `pause` seconds."""
        end = clock() + seconds
        language, tempo = self._one_of(("en", "ko")), self._one_of(("fast", "fast", "auto", "normal"))
        await self._come(urlencode({"lang": language, "tempo": tempo, "seed": int(self._chance.integers(5))}))
        try:
            while clock() < end:
                await self._act(*self._choice())
                await asyncio.sleep(float(self._chance.exponential(pause)))
            await self._last_look()
        finally:
            await self._leave()

    # What it may do

    def _choice(self) -> tuple[str, Callable[[], Awaitable[None]]]:
        """One of the actions that the page offers now."""
        if HOME in self.tab.ways and "control.rate" not in self.tab.controls:
            return _HOME_AGAIN, self._home
        offered = [offer for offer in self._offers() if offer[0]]
        weights = np.array([weight for _there, weight, _name, _do in offered])
        _there, _weight, name, do = offered[int(self._chance.choice(len(offered), p=weights / weights.sum()))]
        return name, do

    def _offers(self) -> list[tuple[object, float, str, Callable[[], Awaitable[None]]]]:
        """Whether it is there, how likely it is, its name, what it does."""
        tab = self.tab
        press = {
            name: lambda name=name: self._client.click(name, PATIENCE) for name in ("play", "pause", "epoch", "reset")
        }
        controls = {
            "rate": ("control.rate", OFTEN),
            "batch": ("control.batch_size", OFTEN),
            "optimizer": ("control.optimizer", OFTEN),
            "backend": ("frame.backend", SELDOM),
            "language": ("frame.language", SELDOM),
            "tempo": ("view.tempo", SELDOM),
            "picture": ("view.picture", SELDOM),
            "data": ("frame.data", SELDOM / 2),
        }
        choices = [
            (key in tab.controls, weight, name, lambda key=key: self._choose(key))
            for name, (key, weight) in controls.items()
        ]
        return [
            (tab.button("play"), 3 * OFTEN, "play", press["play"]),
            (tab.button("pause"), OFTEN, "pause", press["pause"]),
            (tab.button("epoch"), OFTEN, "epoch", press["epoch"]),
            (tab.button("reset"), SELDOM, "reset", press["reset"]),
            (tab.button("step"), 2 * OFTEN, "step", self._step),
            *choices,
            ("frame.hidden" in tab.controls, SELDOM, "layers", self._layers),
            ("timeline.step" in tab.controls, OFTEN, "scrub", self._scrub),
            (True, SELDOM, "reload", self._reload),
            (tab.told, SELDOM, "open a link at a step", self._follow_own_link),
            (True, SELDOM, "connection drops", self._drop),
            (tab.ways, SELDOM, _ELSEWHERE, self._other_page),
        ]

    async def _act(self, name: str, do: Callable[[], Awaitable[None]]) -> None:
        self._look(name)
        start, updates = clock(), len(self.tab.updates)
        goes_back = name in GOES_BACK
        try:
            await do()
        except (TimeoutError, ConnectionClosed) as error:
            self._wrong(f"{name}: {error}; {len(self.tab.updates) - updates} updates came meanwhile")
        if self._client.is_closed:
            self._wrong(f"{name}: the connection was closed")
            await self._drop()
            goes_back = True  # to what its address says, if its session is gone
        await self._until(lambda: not self._again(), "a page after a refusal")
        self._report.acts[name] += 1
        self._report.seconds.append(clock() - start)
        if goes_back and self.tab.steps:
            self._looked, self._least = len(self.tab.steps), self.tab.shown or 0
        self._look(name)

    async def _choose(self, key: str) -> None:
        control = self.tab.controls[key]
        options = [option for option in control.options if option != control.value]
        if key == "frame.data":
            options = [option for option in options if option.startswith(DATA)]
        if key == "control.rate":  # not those that soon diverge or stand still
            options = [option for option in options if 1e-3 <= float(option) <= 0.5]
        if key == "control.batch_size":
            options = [option for option in options if int(option.replace(",", "")) >= 8]
        if options:
            await self._set(key, self._one_of(options))

    async def _set(self, key: str, value: object) -> None:
        control = self.tab.controls[key]
        self.tab.widgets[control.id] = control.state(value)
        await self._client.run(seconds=PATIENCE)

    async def _step(self) -> None:
        before = self.tab.shown or 0
        await self._client.click("step", PATIENCE)
        await self._until(lambda: self.tab.button("step") or self.tab.button("reset"), "the end of a step")
        if self.tab.button("step") and self.tab.shown != before + 1:
            self._wrong(f"a step from {before} led to {self.tab.shown}")

    async def _layers(self) -> None:
        now = self.tab.controls["frame.hidden"].value
        await self._set("frame.hidden", self._one_of([layers for layers in LAYERS if layers != now]))

    async def _scrub(self) -> None:
        control = self.tab.controls["timeline.step"]
        if control.options:
            to = self._one_of(control.options)
            await self._set("timeline.step", to)
        else:
            low, high = control.bounds
            to = int(self._chance.integers(low, high + 1))
            await self._set("timeline.step", to)
        await self._arrive(int(str(to).replace(",", "")), "the slider over the past")

    async def _reload(self) -> None:
        """A new session of the same browser, at what its address says."""
        await self._leave()
        await self._come(self.tab.query, self._client.cookie)

    async def _follow_own_link(self) -> None:
        """Somebody else opens it: another browser, perhaps on another replica."""
        await self._leave()
        await self._come(self.tab.query)

    async def _drop(self) -> None:
        await self._client.close()
        await asyncio.sleep(float(self._chance.uniform(0.2, 3.0)))
        self._client = await self._client.reopen(self._address)
        self._listen()
        await self._client.run(seconds=PATIENCE)

    async def _other_page(self) -> None:
        self._left_at = self.tab.shown or 0
        names = sorted(name for name in self.tab.ways if name != HOME and (self._pages is None or name in self._pages))
        await self._client.turn_to(*self.tab.ways[self._one_of(names)], seconds=PATIENCE)

    async def _home(self) -> None:
        seen = len(self.tab.steps)
        await self._client.turn_to(*self.tab.ways[HOME], seconds=PATIENCE)
        shown = [step for _at, step in self.tab.steps[seen:]]
        if not shown or shown[-1] < self._left_at:
            self._wrong(
                f"the run stood at step {self._left_at} when another page was opened, and comes back at {shown}"
            )

    # Coming and going

    async def _come(self, query: str, cookie: str = "") -> None:
        self._client = await Client.open(self._address, HOME, PageTab(query), cookie)
        self._looked = self._least = 0
        self._listen()
        wanted = int(parse_qs(query).get("trained", ["0"])[0])
        await self._client.run(seconds=PATIENCE)
        if wanted:
            await self._arrive(wanted, "a link")
        self._looked, self._least = len(self.tab.steps), self.tab.shown or 0

    async def _arrive(self, step: int, by: str) -> None:
        """The page stands at that step."""
        if self.tab.button("open.go"):  # so long a way that it is asked before
            await self._client.click("open.go", PATIENCE)
        await self._until(lambda: self.tab.shown == step and self.tab.button("reset"), f"step {step} by {by}")
        self._report.links += by == "a link"

    async def _leave(self) -> None:
        if self._unwritten:
            self._unwritten.cancel()
        await self._client.close()

    def _listen(self) -> None:
        if self._unwritten:
            self._unwritten.cancel()
        self._unwritten = asyncio.create_task(self._write_addresses())

    async def _write_addresses(self) -> None:
        """What the app's script in the browser does: say that the address has been written, until that is known."""
        while True:
            await asyncio.sleep(0.7)
            widget = self.tab.button("address.written")
            if widget and self.tab.query == self.tab.written != self.tab.known:
                with suppress(ConnectionClosed):  # it will come back
                    await self._client.press_unseen("address.written", self.tab.fragments.get(widget, ""))

    # What it looks at

    def _look(self, after: str) -> None:
        """No step that was shown since the last look is lower than one before."""
        for _at, step in self.tab.steps[self._looked :]:
            if step < self._least:
                self._wrong(f"{after}: from step {self._least} back to {step}")
            self._report.steps += max(0, step - self._least)
            self._least = step
        self._looked = len(self.tab.steps)
        for error in self.tab.errors:
            self._wrong(f"{after}: {error}")
        self.tab.errors.clear()

    async def _last_look(self) -> None:
        """At rest the address says the step that is shown, and for somebody else it leads to the same weights."""
        if "control.rate" not in self.tab.controls:
            await self._act(_HOME_AGAIN, self._home)
        if self.tab.button("pause"):
            await self._act("pause", lambda: self._client.click("pause", PATIENCE))
        await self._until(lambda: self.tab.button("reset") and not self.tab.button("pause"), "rest at the end")
        await self._client.run(seconds=PATIENCE)
        await self._until(self._is_told, "an address with the step that is shown")
        query = self.tab.query
        if not self.tab.told or self._chance.random() < 0.5:
            return
        await self._act("open a link at a step", self._follow_own_link)
        if re.search(r"state=\w", query):
            await self._until(lambda: any(map(self.tab.says, _TO_THE_BIT)), f"the same weights by the link ?{query}")

    def _is_told(self) -> bool:
        """Whether the address says the step that is shown; one of a run that was changed too often says none."""
        return self.tab.told == self.tab.shown or any(map(self.tab.says, _TOO_LONG))

    async def _until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for it. Where the server says that it is too busy, draw the page again; a refused command is let be."""
        end = clock() + PATIENCE
        try:
            while not condition():
                await until(lambda: condition() or self._again(), what, end - clock())
                if again := self._again():
                    self._report.refusals.append(" ".join(self.tab.alerts))
                    await self._client.click(again, PATIENCE)
                    if again == _REFUSED:
                        return
        except TimeoutError as error:
            said = " ".join(self.tab.alerts)
            self._wrong(f"{error}; the page shows {self.tab.shown}, its address is ?{self.tab.query}. {said}".strip())

    def _again(self) -> str:
        """The button that draws a page again which the server could not draw, or after a command that it refused."""
        return next((key for key in (_BROKEN, _REFUSED) if self.tab.button(key)), "")

    def _wrong(self, what: str) -> None:
        self._report.faults.append(f"{self._name}: {what}")

    def _one_of(self, options: Sequence[str]) -> str:
        return options[int(self._chance.integers(len(options)))]
