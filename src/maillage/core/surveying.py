"""What an anonymous evaluation says, without saying who: counts and means, and nothing under a floor.

The end of a session asks five things. The end of a cycle asks about trust and value, on the three sides PARTNER gives
each (Program to Analyze, Record, and Track Networks to Enhance Relationships; reliable, in support of the mission, open
to discussion; power and influence, involvement, resources), and about the seven approaches of the evaluation of
partnerships. The questions are ours, and speak of the space as a whole: PARTNER asks of each partner, which a small
anonymous group cannot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from maillage.core.vocabulary import Nature
from maillage.core.weighing import weight

NO_OPINION = 0
MARKS = (NO_OPINION, 1, 2, 3, 4)
"""From 1, not at all, to 4, wholly; 0 has no opinion and counts in no mean."""


class Subject(StrEnum):
    """What is evaluated."""

    SESSION = "session"
    CYCLE = "cycle"


QUESTIONS: dict[Subject, dict[str, tuple[str, ...]]] = {
    Subject.SESSION: {"day": ("aims", "voice", "learnt", "next", "time")},
    Subject.CYCLE: {
        "trust": ("reliable", "mission", "open"),
        "value": ("influence", "involvement", "resources"),
        "approaches": ("performance", "coherence", "efficiency", "relevance", "society", "clarity", "sense"),
    },
}
"""Subject → theme → codes of its questions, in order; `wording.surveys` has their words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One sheet: a mark per question, and the nature its writer said, "" when they did not."""

    marks: Mapping[str, int]
    nature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What all said of a question. `counts`: how many gave 0, 1, 2, 3, 4. `mean`: of 1 to 4, None without opinion."""

    code: str
    counts: tuple[int, ...]
    mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an evaluation says. `natures`: nature ("" unsaid) → its measures; {} unless each is above the floor."""

    answers: int
    questions: tuple[Measured, ...]
    natures: Mapping[str, tuple[Measured, ...]]


def codes_of(subject: Subject) -> tuple[str, ...]:
    """The questions of a subject, in order."""
    return tuple(code for codes in QUESTIONS[subject].values() for code in codes)


def outcome(answers: Sequence[Answer], *, subject: Subject) -> Outcome | None:
    """What these answers say, None unless they are more than the floor.

    By nature only when every nature said, and those who said none, are each more than the floor: a group left out
    would be read by subtraction. Raises ValueError for a mark that is missing or not of the scale, or a nature unknown.
    """
    for answer in answers:
        if set(answer.marks) != set(codes_of(subject)) or set(answer.marks.values()) - set(MARKS):
            raise ValueError("a mark from 0 to 4 for each question")
        if answer.nature not in ("", *Nature.codes()):
            raise ValueError(f"not a nature: {answer.nature}")
    floor = weight("survey", "answers_above")
    if len(answers) <= floor:
        return None
    groups = {
        nature: [each for each in answers if each.nature == nature]
        for nature in (*Nature.codes(), "")
        if any(each.nature == nature for each in answers)
    }
    is_shown = len(groups) > 1 and all(len(group) > floor for group in groups.values())
    return Outcome(
        answers=len(answers),
        questions=_measured(answers, subject),
        natures={name: _measured(group, subject) for name, group in groups.items()} if is_shown else {},
    )


def _measured(answers: Sequence[Answer], subject: Subject) -> tuple[Measured, ...]:
    found = []
    for code in codes_of(subject):
        said = Counter(answer.marks[code] for answer in answers)
        told = sum(count for mark, count in said.items() if mark != NO_OPINION)
        mean = round(sum(mark * count for mark, count in said.items()) / told, 2) if told else None
        found.append(Measured(code=code, counts=tuple(said[mark] for mark in MARKS), mean=mean))
    return tuple(found)
