"""What a student hands in: a link with the assignment, the name, its seed, the predictions in their order, the answers.

The link says all that marking needs; it also opens the app where its student was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from engines.errors import EngineError, InvalidSetting
from lessons.answers import Value, read_answers, write_answers
from lessons.assignment import Steps
from lessons.log import Log
from lessons.personal import seed_of
from ui.experiment.place import Place
from ui.experiment.readers import whole
from ui.experiment.settings import MAX_SEED, Settings, from_query, to_query

LONGEST_LINK = 8000  # characters; an honest one has 2,000 at most
_MOST_PARAMETERS = 60


@dataclass(frozen=True)
class HandedIn:
    """A link to hand in, read. `seed` is None where it says none that could be one."""

    place: Place
    seed: int | None
    answers: Mapping[int, str]
    backend: str

    @property
    def own_seed(self) -> int:
        """The seed that the name has in this assignment."""
        return seed_of(self.place.student, self.place.assignment)

    @property
    def steps(self) -> Steps:
        return self.place.steps

    @property
    def log(self) -> Log:
        return self.place.log


def query_to_hand_in(place: Place, answers: Mapping[int, Value], settings: Settings) -> str:
    """The query of the link, to follow a "?"."""
    said = to_query(replace(place, lesson="", own=""))
    said |= {"seed": str(seed_of(place.student, place.assignment)), "answers": write_answers(answers)}
    if settings.backend != Settings().backend:
        said["backend"] = settings.backend
    return urlencode(said, quote_via=quote)


def read_handed_in(text: str) -> HandedIn:
    """A link, also where a mail program has put words before it or "&amp;" into it.

    Raises `InvalidSetting` with what it lacks.
    """
    if len(text) > LONGEST_LINK:
        raise InvalidSetting("it has more than {most:,} characters", most=LONGEST_LINK)
    query = _query(text)
    if not query.get("assignment"):
        raise InvalidSetting("it is no link to hand in: it names no assignment")
    place, problems = from_query(Place, {key: query[key] for key in ("assignment", "student", "did") if key in query})
    for problem in problems:
        raise InvalidSetting("its {key} cannot be read: {reason}", key=problem.key, reason=problem.reason)
    if not place.student:
        raise InvalidSetting("it says no name")
    try:
        answers = read_answers(query.get("answers", ""))
    except InvalidSetting as error:
        raise InvalidSetting("its {key} cannot be read: {reason}", key="answers", reason=error) from None
    return HandedIn(place, _seed(query.get("seed", "")), answers, query.get("backend", Settings().backend))


def assignment_of(text: str) -> str:
    """The assignment that a link names; what is no link is its code already."""
    return _query(text).get("assignment", "") if "=" in text else text.strip()


def _query(text: str) -> dict[str, str]:
    link = text[max(0, text.find("http")) :].strip().rstrip(">)").replace("&amp;", "&")
    try:
        return dict(parse_qsl(urlsplit(link).query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS))
    except ValueError:
        raise InvalidSetting("it is no link") from None


def _seed(text: str) -> int | None:
    try:
        return whole(0, MAX_SEED)(text)
    except EngineError:
        return None
