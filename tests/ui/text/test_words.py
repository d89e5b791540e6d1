"""The words in labels and texts: slips that have a form, and one term for one thing."""

import re

import pytest
from babel.messages.pofile import read_po

from scripts.update_labels import labels
from ui.text import FOLDER, sections
from ui.text.korean import chosen

PAGES = sorted(path.stem for path in (FOLDER / "en").glob("*.md"))
ENGLISH_SLIPS = (
    r"\w\(s\)",  # a plural that leaves it open
    r"\b[Ww]hoever\b",
    r"(?:^|[.:;!?] )Who (?!takes part)",  # as a subject; it begins one question
    r"(?:^|[.:;!?] )(?:Set|Counted|Right|Tried|Taken|Measured|Compared) (?:is|are|was|were)\b",  # the predicate first
    r"(?:^|[,.:;] |\b(?:what|that|where|when|if|as) )[Oo]ne (?:can|has to|would|may|must|needs|sees|knows|gets)\b",
    r"\bto and fro\b",
    r"\bone a (?:weight|layer|step|batch|sample|page)\b",
)
OTHER_KOREAN_WORDS = (
    "중앙 차분", "전방 차분", "차분 몫", "등마루", "교차 엔트로피", "크로스 엔트로피", "테스트셋", "학습율",
    "최소값", "최대값", "함수값", "갱신", "순전파", "뉴런", "라벨", "타겟", "혼동 행렬", "이중수", "첫째 층",
    "중에서 고르",
)  # fmt: skip
KOREAN_NOUNS = (
    "신경망", "그래디언트", "기울기", "변화율", "손실", "가중치", "편향", "파라미터", "배치", "샘플", "스텝",
    "학습률", "모멘텀", "속도", "옵티마이저", "곡률", "최솟값", "최댓값", "안장점", "골짜기", "차분", "차분몫",
    "접선", "할선", "오차", "원소", "텐서", "연산", "패스", "백엔드", "데이터", "이미지", "레이블", "클래스", "유닛",
    "값", "점", "식", "함수",
)  # fmt: skip
PARTICLES = ("을/를", "은/는", "과/와", "이나/나", "으로/로")


def english():
    """Every label, each form of a counted one, and every section, with where it stands."""
    yield from (("labels", form) for label in labels() for form in ([label] if isinstance(label, str) else label))
    yield from ((f"{page}.md", text) for page in PAGES for text in sections("en", page).values())


def korean():
    with (FOLDER / "ko" / "labels.po").open("rb") as file:
        told = [message.string for message in read_po(file, locale="ko") if message.id]
    yield from (("labels.po", form) for each in told for form in ([each] if isinstance(each, str) else each))
    yield from ((f"{page}.md", text) for page in PAGES for text in sections("ko", page).values())


@pytest.mark.parametrize("slip", ENGLISH_SLIPS)
def test_english_has_no_such_turn(slip):
    assert [(place, found[0]) for place, text in english() for found in re.finditer(slip, text)] == []


@pytest.mark.parametrize("word", OTHER_KOREAN_WORDS)
def test_korean_has_one_term_for_one_thing(word):
    assert [(place, text) for place, text in korean() if word in text] == []


@pytest.mark.parametrize("noun", KOREAN_NOUNS)
def test_particles_after_nouns_fit(noun):
    for pair in PARTICLES:
        right = chosen(pair, noun)
        (wrong,) = set(pair.split("/")) - {right}
        slip = re.compile(rf"(?<![가-힣]){noun}{wrong}(?![가-힣/(])")
        assert [(place, found[0]) for place, text in korean() for found in slip.finditer(text)] == []


def test_the_slips_are_found():
    """What was written before in one label or another."""
    for slip, text in zip(ENGLISH_SLIPS, [
        "in 1 entry(s)", "Whoever gets another rate", "It ends. Who leaves the frame stops", "Right is what lies near",
        "it tells what one sees", "it goes to and fro", "rates, one a weight",
    ], strict=True):  # fmt: skip
        assert re.search(slip, text)
