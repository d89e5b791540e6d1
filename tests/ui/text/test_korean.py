"""Korean particles: which follows what, against a list read aloud, and in every text of the app."""

import re

import pytest
from markdown_it import MarkdownIt

from engines.errors import InvalidSetting
from ui.text import FOLDER, Text, sections
from ui.text.korean import Korean, chosen

KOREAN = sorted(path.stem for path in (FOLDER / "ko").glob("*.md"))
CATALOGUE = (FOLDER / "ko" / "labels.po").read_text("utf-8")
AFTER_LATIN = re.compile(r"([0-9A-Za-zεβηκρθλσΔ′₀-₉][`*)\]]{0,3})(을|를|은|는|과|와|으로|로)(?![가-힣])")
BOTH = {"을": "을/를", "를": "을/를", "은": "은/는", "는": "은/는", "과": "과/와", "와": "과/와"}

OPEN, TO = "로", "으로"
DIGITS = "을을를을를를을을을를", "과과와과와와과과과와", [TO, OPEN, OPEN, TO, OPEN, OPEN, TO, OPEN, OPEN, OPEN]


@pytest.mark.parametrize(
    ("word", "object_", "with_", "to"),
    [
        ("손실", "을", "과", "로"),
        ("가중치", "를", "와", "로"),
        ("모멘텀", "을", "과", "으로"),
        ("가중치(weight)", "를", "와", "로"),
        ("**모멘텀**", "을", "과", "으로"),
        *((str(n), *ends) for n, ends in enumerate(zip(*DIGITS, strict=True))),
        ("10", "을", "과", "으로"),  # 십
        ("1,000", "을", "과", "으로"),  # 천
        ("60,000", "을", "과", "으로"),  # 육만
        ("1000000000000", "를", "와", "로"),  # 일조
        ("0.133", "을", "과", "으로"),
        ("0.50", "을", "과", "으로"),
        ("1e-05", "를", "와", "로"),
        ("2.5e+10", "을", "과", "으로"),
        ("97.2%", "를", "와", "로"),
        ("18.9×", "를", "와", "로"),
        ("x²", "을", "과", "으로"),  # 제곱
        ("W₁", "을", "과", "로"),
        ("W[3, 4]", "를", "와", "로"),
        ("∂f/∂W3", "을", "과", "으로"),
        ("ε", "을", "과", "으로"),  # 엡실론
        ("β", "를", "와", "로"),
        ("f′", "을", "과", "으로"),
        ("L", "을", "과", "로"),  # 엘
        ("p", "를", "와", "로"),
        ("NumPy", "를", "와", "로"),
        ("PyTorch", "를", "와", "로"),
        ("Adam", "을", "과", "으로"),
        ("RMSProp", "을", "과", "으로"),
        ("SGD", "를", "와", "로"),
        ("relu", "를", "와", "로"),
        ("matmul", "을", "과", "로"),  # 맷멀
        ("sin(x)", "를", "와", "로"),
        ("64-32-10", "을", "과", "으로"),
        ("", "를", "와", "로"),
    ],
)  # fmt: skip
def test_the_particle_follows_the_last_sound(word, object_, with_, to):
    assert [chosen(pair, word) for pair in ("을/를", "과/와", "으로/로")] == [object_, with_, to]
    label = Korean("{word}을/를 … {word}과/와 … {word}으로/로")
    assert label.format(word=word) == f"{word}{object_} … {word}{with_} … {word}{to}"


def test_a_label_keeps_its_other_words_and_braces():
    assert Korean("{{a}} 을/를 {a:.1f}은/는").format(a=1) == "{a} 을/를 1.0은"
    assert Korean("{0!r}이/가").format("ε") == "'ε'이"


def test_what_was_typed_keeps_its_words():
    assert Korean("{typed}은/는").format(typed="을/를") == "을/를은"


def test_an_engine_message_has_its_particles_too():
    told = Text("ko").error(InvalidSetting("A schedule needs at least one step, not {steps}", steps=0))
    assert "은/는" not in told


@pytest.mark.parametrize("text", ["을(를)", "은(는)", "이(가)", "과(와)", "와(과)", "(으)로", "(이)"])
def test_no_particle_is_left_open(text):
    assert text not in CATALOGUE
    assert not [page for page in KOREAN if text in "".join(sections("ko", page).values())]


def test_particles_after_a_value_are_chosen_when_it_is_known():
    fixed = re.findall(r"^msgstr.*\}[`*)\]]*(?:으로|로|을|를|은|는|과|와|가)(?![가-힣/]).*", CATALOGUE, re.MULTILINE)
    assert not fixed


@pytest.mark.parametrize("page", KOREAN)
def test_particles_after_names_and_numbers_fit(page):
    wrong = []
    for match in AFTER_LATIN.finditer("\n".join(sections("ko", page).values())):
        particle = match[2]
        pair = BOTH.get(particle, "으로/로")
        before = match.string[max(0, match.start() - 40) : match.end(1)]
        if chosen(pair, before.split()[-1]) != particle:
            wrong.append(before + particle)
    assert not wrong


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_asterisk_is_left_of_bold(language):
    """`**word(other)**은` is not bold in CommonMark: a bracket before the asterisks, a letter behind them."""
    for path in (FOLDER / language).glob("*.md"):
        shown = MarkdownIt().render(path.read_text("utf-8"))
        assert "**" not in re.sub(r"<(pre|code)>.*?</\1>|<code.*?</code>", "", shown, flags=re.DOTALL), path
