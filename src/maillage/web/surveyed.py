"""Evaluations in words: what is asked, what all said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from maillage.core.surveying import MARKS, QUESTIONS, Measured, Outcome, Subject
from maillage.core.vocabulary import Nature
from maillage.core.wording import surveys
from maillage.web.typography import french

UNSAID = _("nature non dite")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """One question. `counts`: (mark in words, how many), from the best; `mean`: out of 4, "" when nobody has one.

    `chosen`: the mark being given, None before."""

    code: str
    name: str
    words: str
    counts: tuple[tuple[str, int], ...] = ()
    mean: str = ""
    chosen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeView:
    """Questions that look at one thing together."""

    name: str
    questions: tuple[QuestionView, ...]


def marks_told() -> list[tuple[int, str]]:
    """What one may answer, from the best."""
    return [(mark, gettext(words)) for mark, words in surveys.MARKS.items()]


def natures_told() -> list[tuple[str, str]]:
    """The natures one may say, and that one may say none."""
    return [("", gettext("je ne le dis pas")), *((each.value, gettext(each.label)) for each in Nature)]


def asked(subject: Subject, said: Mapping[str, int]) -> list[ThemeView]:
    """The questions of a subject, theme by theme, with the marks already given."""
    return [
        _theme(name, [_question(code, said.get(code)) for code in codes]) for name, codes in QUESTIONS[subject].items()
    ]


def outcome_told(found: Outcome, *, subject: Subject) -> list[ThemeView]:
    """What all said, theme by theme."""
    said = {each.code: each for each in found.questions}
    return [_theme(name, [_answered(said[code]) for code in codes]) for name, codes in QUESTIONS[subject].items()]


def by_nature(found: Outcome) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The natures, and for each question its mean by nature; ([], []) when they are not shown."""
    if not found.natures:
        return [], []
    names = [nature_told(code) for code in found.natures]
    groups = [{each.code: each for each in group} for group in found.natures.values()]
    return names, [(_name(each.code), [_mean(group[each.code].mean) for group in groups]) for each in found.questions]


def nature_told(code: str) -> str:
    """A nature in words, or that it is not said."""
    return gettext(Nature(code).label) if code else gettext(UNSAID)


def table_of(found: Outcome, words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """The outcome for a spreadsheet, heading first: all, then each nature, then what was written."""
    yield ("groupe", "question", "texte", "reponses", "sans avis", "1", "2", "3", "4", "moyenne")
    for group, rows in (("", found.questions), *found.natures.items()):
        label = nature_told(group) if rows is not found.questions else gettext("toutes les réponses")
        for each in rows:
            counts = tuple(str(count) for count in each.counts)
            text = gettext(surveys.QUESTIONS[each.code])
            yield (label, _name(each.code), text, str(sum(each.counts)), *counts, _mean(each.mean))
    for text in words:
        yield (gettext("commentaire"), "", text, "", "", "", "", "", "", "")


def _theme(name: str, questions: Iterable[QuestionView]) -> ThemeView:
    return ThemeView(name=gettext(surveys.THEMES[name]), questions=tuple(questions))


def _question(code: str, chosen: int | None) -> QuestionView:
    return QuestionView(code=code, name=_name(code), words=french(gettext(surveys.QUESTIONS[code])), chosen=chosen)


def _answered(measured: Measured) -> QuestionView:
    counts = dict(zip(MARKS, measured.counts, strict=True))
    return QuestionView(
        code=measured.code,
        name=_name(measured.code),
        words=french(gettext(surveys.QUESTIONS[measured.code])),
        counts=tuple((words, counts[mark]) for mark, words in marks_told()),
        mean=_mean(measured.mean),
    )


def _name(code: str) -> str:
    return gettext(surveys.NAMES[code])


def _mean(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}".replace(".", ",")
