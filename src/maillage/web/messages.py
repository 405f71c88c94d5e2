"""Errors and reasons in words, for pages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from maillage.core.errors import MaillageError
from maillage.core.wording import Reason, because, error_sentence, expectation
from maillage.web.typography import day_in_words, french, in_french, in_quotes

NEAR_DAYS = {"0": _("aujourd’hui"), "1": _("demain")}
LABELS = {"after", "audiences", "before", "label", "mine", "stage", "stages", "theirs", "themes", "wanted"}
"""Facts made of labels of the vocabularies, quoted or joined by commas, sometimes in lower case."""

_QUOTED = re.compile(r"« ([^»]+) »")


def told(error: MaillageError) -> str:
    """What happened, in the language of the page."""
    return french(error_sentence(error, gettext))


def error_told(code: str) -> str:
    """The sentence of an error that needs no fact."""
    return french(error_sentence(MaillageError(code), gettext))


def fault_told(code: str, facts: Mapping[str, str]) -> str:
    """What a cell should have held, in the language of the page."""
    return french(expectation(code, facts, gettext))


def link_told(why: str, status: int | None) -> str:
    """Why a link is to be checked."""
    return french(because(why, status=status or "").sentence(gettext))


def reason_told(reason: Reason) -> str:
    """Why, in the language of the page, its day in words."""
    return _reason_told(reason, get_language())


@lru_cache(maxsize=4096)
def _reason_told(reason: Reason, _language: str | None) -> str:
    """The same: a list says the same reasons of most of its rows."""
    if not in_french():
        reason = replace(reason, facts=tuple(_facts_told(reason)))
    facts = dict(reason.facts)
    if reason.code == "closes_in_days" and facts["days"] in NEAR_DAYS:
        return gettext("clôture %(when)s") % {"when": gettext(NEAR_DAYS[facts["days"]])}
    if "day" in facts:
        facts["day"] = day_in_words(dt.date.fromisoformat(facts["day"]))
        reason = replace(reason, facts=tuple(facts.items()))
    return french(reason.sentence(gettext))


def _facts_told(reason: Reason) -> Iterator[tuple[str, str]]:
    """The facts for a page in another language: labels translated, words between its quotation marks."""
    for name, value in reason.facts:
        yield name, _labels_told(value) if name in LABELS else _quoted_told(value)


def _labels_told(value: str) -> str:
    if _QUOTED.search(value):
        return _QUOTED.sub(lambda found: in_quotes(_label_told(found[1])), value)
    return ", ".join(map(_label_told, value.split(", ")))


def _label_told(label: str) -> str:
    said = gettext(label) if label else ""
    return said if said != label else _lowered(label)


def _lowered(label: str) -> str:
    """A label whose first letter was lowered to sit inside a sentence; anything else stays as it is."""
    whole = label[:1].upper() + label[1:]
    said = gettext(whole) if whole else ""
    return said.lower() if said != whole else label


def _quoted_told(value: str) -> str:
    return _QUOTED.sub(lambda found: in_quotes(found[1]), value)
