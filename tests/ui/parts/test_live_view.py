"""What is new on a live page: put together by its reader, it is what the page was to show."""

import base64
import json
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ui.charts.rows import Table
from ui.parts.live_view import LiveView

COLUMNS = ("step", "loss")


class Reader:
    """Keeps what `ui/browser/live.js` keeps, by the same rules."""

    def __init__(self):
        self.stream, self.update, self.parts, self.texts, self.asked = None, -1, {}, {}, 0

    def read(self, html):
        (written,) = re.findall(r"<script>.*?\.push\((.*)\)</script>", html)
        assert "<" not in written  # or the browser would drop the script
        message = json.loads(written)
        for place, pieces in message["texts"].items():
            told = {index: piece.replace("~", "<") for index, piece in pieces.items()}
            self.texts.setdefault(place, {}).update(told)
        if "charts" not in message:
            return self
        if (self.update if self.stream == message["stream"] else -1) < message["since"]:
            self.asked += 1
            return self
        if self.stream != message["stream"]:
            self.parts = {}
        self.stream, self.update = message["stream"], message["update"]
        for name, parts in message["charts"].items():
            known = self.parts.get(name, [])
            self.parts[name] = [
                self.extended(known[index] if index < len(known) else {}, part) for index, part in enumerate(parts)
            ]
        return self

    def extended(self, part, said):
        columns, count = {name: values[: said["from"]] for name, values in part.items()}, said["rows"] - said["from"]
        for name, words in said["words"].items():
            if words is None:
                columns[name] = part[name]
                continue
            is_list = isinstance(words, list)
            columns[name] = columns.get(name, []) + words if is_list else [words] * said["rows"]
        for kind, names, packed in said["numbers"]:
            for index, name in enumerate(names):
                columns[name] = columns.get(name, []) + self.numbers(kind, packed, index, count)
        assert {len(values) for values in columns.values()} <= {said["rows"]}
        return columns

    def numbers(self, kind, packed, index, count):
        if kind == "by":
            first, by = packed[index]
            return [first + by * row for row in range(count)]
        values = np.frombuffer(base64.b64decode(packed), {"f4": "<f4", "f8": "<f8"}[kind])
        return values[index * count : (index + 1) * count].astype(float).tolist()

    def column(self, name, chart="chart0"):
        return [value for part in self.parts[chart] for value in part.get(name, [np.nan] * len(part["series"]))]


def view_of(*tables, texts=()):
    """A view without a page."""
    view = LiveView.__new__(LiveView)
    view._stream, view._updates, view._news, view._fleeting = "here", 0, {}, set()
    view._besides, view._told = lambda: "", 0
    view._tables = {f"chart{number}": table for number, table in enumerate(tables)}
    view._texts = {f"here.{number}": text for number, text in enumerate(texts)}
    view._said = {f"here.{number}": [("", -1)] * 3 for number in range(len(texts))}
    return view


def table(rows):
    return Table(
        [{"series": "batch", **dict(zip(COLUMNS, np.array(rows, float).reshape(-1, 2).T, strict=True))}], COLUMNS
    )


def growing(count, width=1):
    return table([(width * step, 1 / (step + 1)) for step in range(count)])


MOMENTS = [
    *(growing(count) for count in (0, 1, 2, 3, 7, 8, 20, 20, 40)),
    *(growing(count, width=2) for count in (20, 21, 40)),  # thinned
    *(growing(count, width=4) for count in (20, 21)),
    table([(0, np.nan), (1, np.inf), (2, 0.1)]),
    table([(0, np.nan), (1, -np.inf), (2, 0.1), (3, 0.1 + 0.2)]),
    growing(5),
]


def shown(reader, moment):
    wanted = moment.frame()
    for name in COLUMNS:
        np.testing.assert_array_equal(reader.column(name), wanted[name])  # to the last bit
    assert reader.column("series") == wanted.series.to_list()


def test_who_reads_every_update_has_every_row():
    view, reader = view_of(lambda moment: moment), Reader()
    for moment in MOMENTS:
        shown(reader.read(view.update(moment)), moment)
    assert reader.asked == 0


@pytest.mark.parametrize("lost", range(1, len(MOMENTS) - 1))
def test_one_update_may_be_lost(lost):
    view, reader = view_of(lambda moment: moment), Reader()
    for number, moment in enumerate(MOMENTS):
        said = view.update(moment)
        if number != lost:
            shown(reader.read(said), moment)
    assert reader.asked == 0


@pytest.mark.parametrize("missed", range(3, 9))
def test_who_lacks_more_asks_and_shows_nothing_wrong(missed):
    view, reader = view_of(lambda moment: moment), Reader()
    first = MOMENTS[4]
    shown(reader.read(view.update(first)), first)
    for number, moment in enumerate(MOMENTS[5 : 5 + missed], start=1):
        said = view.update(moment)
        if number == missed:
            reader.read(said)
    assert reader.asked == 1
    shown(reader, first)


def test_who_comes_late_asks_once_the_first_updates_are_over():
    view = view_of(lambda moment: moment)
    updates = [view.update(moment) for moment in MOMENTS[:6]]
    assert [Reader().read(said).asked for said in updates] == [0, 0, 1, 1, 1, 1]


def test_an_update_at_rest_says_next_to_nothing():
    view = view_of(lambda moment: moment, texts=[lambda moment: ["<p>the same</p>"] * 3])
    sizes = [len(view.update(growing(300))) for _ in range(4)]
    assert sizes[0] > 2000
    assert sizes[2] == sizes[3] < 300


def test_parts_that_come_and_go():
    def parts(moment):
        return Table([{"series": f"run {name}", "step": [0.0, 1.0], "loss": name} for name in moment], COLUMNS)

    view, reader = view_of(parts), Reader()
    for moment in ([1], [1, 2], [1, 2, 3], [2, 3], [2, 3], [7], [7], []):
        reader.read(view.update(moment))
        assert reader.column("series") == [f"run {name}" for name in moment for _row in range(2)]
        assert reader.column("loss") == [name for name in moment for _row in range(2)]


def test_words_may_differ_by_row():
    def cells(moment):
        return Table([{"true": np.array(moment, object), "count": np.arange(len(moment))}], ("count",), ("true",))

    view, reader = view_of(cells), Reader()
    for moment in (["a", "b"], ["a", "</script><b>"], ["a"], ["a", "é", "<!--"]):
        assert reader.read(view.update(moment)).column("true") == moment


def test_words_that_stay_are_not_said_again():
    """The names of the confusion matrix' classes, whose numbers change."""

    def cells(moment):
        return Table([{"true": np.array(["a", "b"], object), "count": np.array(moment)}], ("count",), ("true",))

    view, reader, said = view_of(cells), Reader(), []
    for moment in ([1, 2], [3, 4], [5, 6], [5, 6], [7, 6]):
        update = view.update(moment)
        said.append('["a", "b"]' in update)
        reader.read(update)
        assert (reader.column("true"), reader.column("count")) == (["a", "b"], moment)
    assert said == [True, True, False, False, False]  # the second time, since the first may be lost


def test_only_the_pieces_that_changed_are_said_again():
    view, reader = view_of(texts=[lambda moment: tuple(f"<p>{word}</p>" for word in moment)]), Reader()
    for moment in ("abc", "abc", "~<&", "axc", "axc", "axc", "axy"):
        reader.read(view.update(moment))
        assert [reader.texts["here.0"][str(index)] for index in range(3)] == [
            f"<p>{word}</p>".replace("~", "&#126;") for word in moment
        ]
    said = [json.loads(re.findall(r"push\((.*)\)<", view.update("axy"))[0])["texts"] for _ in range(2)]
    assert said == [{"here.0": {"2": "~p>y~/p>"}}, {}]


def test_what_is_fleeting_is_said_once():
    view = view_of(texts=[lambda moment: (moment, "", "")])
    view._fleeting = {"here.0"}
    said = [json.loads(re.findall(r"push\((.*)\)<", view.update(each))[0])["texts"] for each in "aabbb"]
    assert said == [{"here.0": {"0": "a"}}, {}, {"here.0": {"0": "b"}}, {}, {}]


def test_texts_are_said_between_two_updates_and_charts_wait():
    view = view_of(lambda moment: growing(len(moment)), texts=[lambda moment: tuple(moment)])
    reader = Reader().read(view.update("abc")).read(view.update("abd"))
    first, again = view.news_of_texts("axd"), view.news_of_texts("axd")
    assert first != again  # each is a script of its own, and runs
    assert list(reader.read(first).texts["here.0"].values()) == ["a", "x", "d"]
    shown(reader, growing(3))
    late = Reader().read(view.update("axe"))  # who has missed what was said between learns it from the update
    assert {"1": "x", "2": "e"}.items() <= late.texts["here.0"].items()


def test_what_is_fleeting_waits_for_an_update():
    view = view_of(texts=[lambda moment: (moment, "", "")])
    view._fleeting = {"here.0"}
    assert Reader().read(view.news_of_texts("a")).texts == {}
    assert Reader().read(view.update("a")).texts == {"here.0": {"0": "a"}}


def page():
    import itertools
    from types import SimpleNamespace

    import numpy as np

    from ui.charts.rows import Table
    from ui.charts.spec import source
    from ui.jobs import live
    from ui.jobs.job import Job
    from ui.parts.live_view import LiveView
    from ui.text import Text

    def chart(_):
        return source().mark_line().encode(x="step:Q", y="loss:Q")

    job = live.attach("count", lambda: Job(itertools.count(), lambda: 3))
    page = SimpleNamespace(text=Text("en"), settings=SimpleNamespace(lecture=False))
    with LiveView(page, job, job.snapshot, job.state, 0.5, lambda now: f"line {now}") as view:
        view.chart(lambda now: Table([{"step": np.arange(now), "loss": np.ones(now)}], ("step", "loss")), chart)
        view.reading(lambda now: f"a reading of {now}")


def test_a_page_has_its_places_filled_at_once_and_a_chart_that_knows_its_columns():
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert app.markdown[0].value == "line 3"
    assert any("a reading of 3" in block.proto.body for block in app.get("html"))
    (chart,) = app.get("vega_lite_chart")
    spec = json.loads(chart.proto.spec)
    assert spec["params"] == [{"name": "live", "value": None, "bind": {"element": "#ge-live"}}]
    assert [step["as"] for step in spec["transform"][:3]] == ["series", "step", "loss"]
    assert spec["transform"][3] == {"flatten": ["series", "step", "loss"]}
