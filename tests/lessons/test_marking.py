"""An honest hand-in passes; what was changed in it is found; the table is safe to open."""

import csv
import io
import math
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

import lessons
from engines import backends, datasets, optimizers
from engines.network import Network
from engines.pieces import finished
from engines.training import Trainer
from lessons.answers import read_answers, shown, write_answers
from lessons.assignment import LONGEST_NAME, MOST_STEPS, own_steps
from lessons.computed import Computed
from lessons.handed_in import LONGEST_LINK, query_to_hand_in, read_handed_in
from lessons.log import Event, Log, read_log
from lessons.mark import cell, read_lines, write_table
from lessons.marking import MOST_LINES, marked
from lessons.personal import seed_of
from tests.lessons.tiny import CODE, tiny
from ui.experiment.place import Place
from ui.experiment.settings import Settings, from_query
from ui.text import sections

__all__ = ["tiny"]

ROOT = Path(__file__).parents[2]
NAMES = ["Kim Min-jun", "김민준", "Zoë O'Hara", "José", "=cmd()", "Ли & Co. #1 <b>"]


def handed_in(student="Ada", did="1p0.1~2s~3pright", code=CODE, backend="numpy", **changed):
    """The link that the app makes; `changed` parameters are those of somebody who rewrites it."""
    place = from_query(Place, {"assignment": code, "student": student, "did": did})[0]
    answers = finished(shown(place.steps, place.log, backend))
    query = parse_qs(query_to_hand_in(place, answers, Settings(backend=backend)))
    said = {key: values[0] for key, values in query.items()} | changed
    return "https://a.example/?" + urlencode({key: value for key, value in said.items() if value is not None})


def answers_of(link):
    return read_answers(parse_qs(urlsplit(link).query)["answers"][0])


def rows(*links, **how):
    return list(marked(links, **how))


def findings(*links, **how):
    return [finding for row in rows(*links, **how) for finding in row.findings]


def weight_after_a_step(seed, backend="numpy"):
    trainer = Trainer(
        backends.get(backend),
        Network([64, 32, 10]),
        optimizers.get("sgd")(learning_rate=0.2),
        datasets.load("digits"),
        seed=seed,
    )
    trainer.step()
    return float(trainer.parameters()["W1"][20, 3])


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("student", NAMES)
def test_an_honest_hand_in_passes(tiny, student, backend):
    link = handed_in(student, backend=backend)
    found = rows(link)
    assert [row.findings for row in found] == [(), (), ()]
    assert {row.student for row in found} == {student}
    seed = seed_of(student, CODE)
    assert float(found[0].answer) == pytest.approx(weight_after_a_step(seed, backend), abs=1e-6)
    point = dict(own_steps(CODE, student)[1][1].arguments)["point"]
    assert float(found[1].answer) == pytest.approx(math.cos(point))
    assert [(row.predicted, row.skipped) for row in found] == [("0.1", ""), ("", "yes"), ("right", "")]
    is_near = abs(0.1 - weight_after_a_step(seed, backend)) <= 0.05
    assert [row.right for row in found] == ["yes" if is_near else "no", "", "no"]  # at 0.6 the sine rises
    assert [row.step for row in found] == ["01_tiny.weight", "01_tiny.slope", "01_tiny.way"]


def test_a_prediction_is_right_within_the_tolerance_of_its_question(tiny):
    value = weight_after_a_step(seed_of("Ada", CODE))
    said = [f"{value + off:.6f}" for off in (-0.051, -0.049, 0.049, 0.051)]
    links = [handed_in("Ada", f"1p{each}~2s~3pleft") for each in said]
    assert [rows(link)[0].right for link in links] == ["no", "yes", "yes", "no"]
    assert rows(links[0])[2].right == "yes"


def test_everybody_has_numbers_of_their_own(tiny):
    students = [f"student {n}" for n in range(40)]
    steps = [own_steps(CODE, student) for student in students]
    assert len({dict(each[0][1].after.query)["seed"] for each in steps}) == 40
    points = [dict(each[1][1].arguments)["point"] for each in steps]
    assert len(set(points)) > 10
    assert all(-1.4 <= point <= 1.4 for point in points)
    assert [dict(each[1][1].before.query)["p"] for each in steps] == [str(point) for point in points]
    assert seed_of("Ada", CODE) != seed_of("Ada", "01_tiny.weight")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kim Min-Jun", "  kim   min-jun "),
        ("김민준", unicodedata.normalize("NFD", "김민준")),
        ("ZOË", unicodedata.normalize("NFD", "zoë")),
        ("Straße", "STRASSE"),
        ("Ada\u00a0Lovelace", "ada lovelace"),
    ],
)
def test_ways_to_write_a_name_have_one_seed(tiny, one, other):
    assert seed_of(one, CODE) == seed_of(other, CODE)
    assert findings(handed_in(one)) == findings(handed_in(other)) == []
    first, second = (f"the same name is in line {line} too" for line in (2, 1))
    assert findings(handed_in(one), handed_in(other)) == [first, second]


def test_a_name_stays_as_it_was_typed_up_to_blanks(tiny):
    assert {row.student for row in rows(handed_in("  Kim   Min-Jun "))} == {"Kim Min-Jun"}


def test_an_edited_answer_is_found(tiny):
    link = handed_in()
    answers = answers_of(link)
    for number, value in ((1, float(answers[1]) + 0.01), (2, -float(answers[2])), (3, "right")):
        edited = write_answers({**answers, number: value})
        found = rows(handed_in(answers=edited))
        assert [bool(row.findings) for row in found] == [place == number for place in (1, 2, 3)]
        assert "edited answer" in found[number - 1].findings[0]
        assert found[number - 1].answer == answers[number]  # as computed


def test_rounding_on_another_machine_is_no_edit(tiny):
    answers = answers_of(handed_in())
    near = {**answers, 1: float(answers[1]) + 1e-6, 2: float(answers[2]) * (1 + 1e-12)}
    assert findings(handed_in(answers=write_answers(near))) == []


def test_a_missing_answer_and_one_without_a_prediction_are_found(tiny):
    answers = answers_of(handed_in())
    del answers[2]
    assert [row.findings for row in rows(handed_in(answers=write_answers(answers)))] == [
        (),
        ("the answer is missing",),
        (),
    ]
    assert findings(handed_in(answers="")) == ["the answer is missing"] * 3
    link = handed_in(did="1p0.1")
    assert findings(link) == ["neither predicted nor skipped"] * 2
    more = write_answers({**answers_of(link), 2: 0.5})
    assert rows(handed_in(did="1p0.1", answers=more))[1].findings == (
        "neither predicted nor skipped",
        "there is an answer, but no prediction",
    )


@pytest.mark.parametrize("seed", ["7", "-1", "x", "", None])
def test_a_foreign_seed_is_found(tiny, seed):
    (finding,) = findings(handed_in(seed=seed))
    assert "seed" in finding


def test_another_name_on_a_link_is_found(tiny):
    """The seed and the answers are those of the one who computed them."""
    link = handed_in("Ada").replace("student=Ada", "student=Bob")
    found = findings(link)
    assert any("foreign seed" in each for each in found)
    assert any("edited answer" in each for each in found)
    with_its_seed = link.replace(str(seed_of("Ada", CODE)), str(seed_of("Bob", CODE)))
    assert any("edited answer" in each for each in findings(with_its_seed))


def test_a_prediction_changed_after_its_answer_is_found(tiny):
    found = rows(handed_in(did="1p0.9~2s~3pright~1p0.31"))
    assert found[0].predicted == "0.9"
    assert found[0].findings == ("the prediction was changed after the answer was shown: 0.31",)
    assert [row.findings for row in found[1:]] == [(), ()]
    later = rows(handed_in(did="1s~1p0.31~2s~3pright"))[0]
    assert (later.predicted, later.skipped) == ("", "yes")
    assert "0.31" in later.findings[0]


def test_a_link_that_cannot_know_is_honest(tiny):
    """What marking cannot prove: a prediction rewritten with care, under any name."""
    value = weight_after_a_step(seed_of("Anybody", CODE))
    assert findings(handed_in("Anybody", f"1p{value:.4f}~2s~3pleft")) == []


def test_another_assignment_gets_a_sentence(tiny):
    mine, other = handed_in(), handed_in("Bob", "1pleft", "01_tiny.way")
    (finding,) = findings(mine, handed_in("Carl"), other)
    assert finding == f"another assignment than {CODE}"
    assert findings(other) == []
    assert findings(other, assignment=CODE) == [f"another assignment than {CODE}"]
    (row,) = rows(handed_in(assignment="09_gone.entry"))
    assert "assignment" in row.findings[0]
    assert "09_gone" in row.findings[0]


def test_questions_that_the_assignment_does_not_have_are_found(tiny):
    assert findings(handed_in(did="1p0.1~2s~3pright~7p2")) == ["this assignment has no question 7"]


def test_a_prediction_that_nobody_could_make_is_said(tiny):
    found = rows(handed_in(did="1pabc~2s~3pup"))
    assert all("cannot be read" in found[place].findings[0] for place in (0, 2))
    assert [row.right for row in found] == ["", "", ""]


def test_a_backend_that_is_not_here_is_said(tiny):
    found = rows(handed_in(backend="numpy"), handed_in("Bob").replace("?", "?backend=abacus&"))
    assert [row.findings for row in found if row.line == 1] == [()] * 3
    (finding,) = [each for row in found for each in row.findings]
    assert "computed anew on numpy" in finding
    assert "abacus" in finding


@pytest.mark.parametrize(
    "line",
    [
        "see you tomorrow",
        "https://a.example/",
        "https://[/?assignment=x",
        f"https://a.example/?assignment={CODE}",
        f"https://a.example/?assignment={CODE}&student=" + "x" * 61,
        f"https://a.example/?assignment={CODE}&student=Ada&did=nonsense",
        f"https://a.example/?assignment={CODE}&student=Ada&answers=1aA",
        f"https://a.example/?assignment={CODE}&student=Ada&answers=1a1~1a2",
        f"https://a.example/?assignment={'-'.join(['01_tiny.way'] * 13)}&student=Ada",
        "https://a.example/?assignment=..%2F..%2Fetc.passwd&student=Ada",
        "https://a.example/?" + "&".join(f"k{n}=1" for n in range(100)),
        "x" * (LONGEST_LINK + 1),
        "\x00\ud800",
    ],
)
def test_a_line_of_junk_gives_a_row_with_the_reason(tiny, line):
    found = rows(line, handed_in())
    assert [row.line for row in found] == [1, 2, 2, 2]
    assert (found[0].student, found[0].question) == ("", "")
    (reason,) = found[0].findings
    assert 5 < len(reason) < 400
    assert [row.findings for row in found[1:]] == [(), (), ()]


def test_blank_lines_and_remarks_are_passed_over(tiny):
    assert [row.line for row in rows("", "# 7B", "  ", handed_in())] == [4, 4, 4]


def test_words_and_marks_of_a_mail_round_the_link_do_no_harm(tiny):
    link = handed_in("Kim Min-jun")
    assert findings(f"Kim: <{link.replace('&', '&amp;')}>", assignment=CODE) == []


def test_no_more_lines_are_read_than_a_class_can_have(tiny):
    found = rows(*["junk"] * (MOST_LINES + 50))
    assert len(found) == MOST_LINES + 1
    assert "only the first" in found[-1].findings[0]


def test_an_answer_that_takes_too_long_is_given_up(tiny):
    found = rows(handed_in(), seconds=0.0)
    assert [row.answer for row in found] == ["", "", ""]
    assert all("more than 0 seconds" in row.findings[0] for row in found)


def test_a_question_that_breaks_leaves_the_others(tiny, monkeypatch):
    link, step = handed_in(), type(tiny.steps[0])
    answered = step.answered
    breaks = lambda self, backend="": 1 / 0 if self.name == "slope" else answered(self, backend)  # noqa: E731
    monkeypatch.setattr(step, "answered", breaks)
    found = rows(link)
    assert "ZeroDivisionError" in found[1].findings[0]
    assert [found[0].findings, found[2].findings] == [(), ()]


def test_equal_links_are_computed_once(tiny, monkeypatch):
    links, computed = [handed_in()] * 3, []
    compute = Computed._compute
    monkeypatch.setattr(Computed, "_compute", lambda self, *what: computed.append(what) or compute(self, *what))
    rows(*links)
    assert len(computed) == 3


def test_the_link_says_all_and_is_short(tiny):
    code = "-".join(["01_tiny.weight"] * MOST_STEPS)
    log = Log(tuple(Event(place, "-0.1234567890123456e-10") for place in range(1, MOST_STEPS + 1)))
    place = Place(assignment=code, student="한" * LONGEST_NAME, log=log, own="start?" + "x" * 300)
    query = query_to_hand_in(place, dict.fromkeys(range(1, MOST_STEPS + 1), -1.2345678901234567e-100), Settings())
    assert len(query) < 2000
    read = read_handed_in(f"https://a.example/?{query}")
    assert (read.place.student, read.place.log, read.place.own) == (place.student, log, "")
    assert read.seed == seed_of(place.student, code)
    assert {float(value) for value in read.answers.values()} == {-1.2345678901234567e-100}


@pytest.mark.parametrize("value", [0.1 + 0.2, 5e-324, -1.7976931348623157e308, 1e22, 3.0, 7, math.inf, "fewer"])
def test_an_answer_is_written_to_its_last_digit(value):
    (text,) = read_answers(write_answers({1: value})).values()
    assert (text if isinstance(value, str) else float(text)) == value


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "-cmd", "＝1", "\t=1"])
def test_no_cell_is_a_formula(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-0.5", "+3", "-1e-05", "0.1", "Kim", "", "a=b", "1-2"])
def test_numbers_and_words_stay(text):
    assert cell(text) == text


def test_a_name_that_is_a_formula_does_no_harm(tiny):
    table = io.StringIO()
    write_table(marked([handed_in('=HYPERLINK("http://x";"y")'), handed_in('Ada, "A"')]), table)
    read = list(csv.DictReader(io.StringIO(table.getvalue())))
    assert {row["student"] for row in read} == {'\'=HYPERLINK("http://x";"y")', 'Ada, "A"'}
    assert not [value for row in read for value in row.values() if value.startswith(("=", "+", "@"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_is_read_as_editors_write_it(tmp_path, encoding, end):
    (tmp_path / "links.txt").write_bytes(f"김{end}\x0bb{end}".encode(encoding))
    assert read_lines(tmp_path / "links.txt") == ["김", "\x0bb", ""]


def test_bytes_that_are_no_text_do_no_harm(tmp_path):
    (tmp_path / "links.txt").write_bytes(bytes(range(256)) * 10)
    assert all(row.findings for row in marked(read_lines(tmp_path / "links.txt")))


def run(*arguments, folder=ROOT):
    command = [sys.executable, "-m", "lessons.mark", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=120)


def test_the_command_of_the_manual_writes_the_table(tmp_path):
    command = "python -m lessons.mark links.txt"
    assert command in (ROOT / "README.md").read_text("utf-8")
    assert command in (ROOT / "pages" / "for_teachers.py").read_text("utf-8")
    (tmp_path / "links.txt").write_text("# 7B\nnonsense\n", "utf-8")
    printed = run(tmp_path / "links.txt")
    assert printed.returncode == 0, printed.stderr
    (row,) = csv.DictReader(io.StringIO(printed.stdout.decode()))
    assert row["line"] == "2"
    assert row["findings"]
    assert "--out table.csv" in sections("en", "for_teachers")["table"]
    written = run(tmp_path / "links.txt", "--out", tmp_path / "table.csv")
    assert (written.returncode, written.stdout) == (0, b"")
    assert (tmp_path / "table.csv").read_bytes() == b"\xef\xbb\xbf" + printed.stdout
    assert run(tmp_path / "none.txt").returncode == 2


def test_the_seed_of_a_name_is_for_ever():
    """Links that were handed in are marked later, by another version."""
    assert seed_of("Kim Min-Jun", "01_loop.entry") == 2311667136


def test_a_log_that_goes_back_is_no_log_of_this_place(tiny):
    """What somebody opens anew begins with nothing: that the prediction came first cannot be known."""
    place = Place(assignment=CODE, student="Ada", log=read_log("1p0.1"))
    assert replace(place, log=Log()).joined(place).log == place.log
    assert Place(assignment=CODE, student="Ada").joined(None).log == Log()
    assert quote(CODE) == CODE
    assert lessons.names() == ("01_tiny",)
