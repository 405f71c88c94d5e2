"""Errors and reasons in words, for pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext

from maillage.core.errors import MaillageError
from maillage.core.wording import Reason, because, error_sentence, expectation
from maillage.web.typography import day_in_words, french

NEAR_DAYS = {"0": "aujourd’hui", "1": "demain"}


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
    facts = dict(reason.facts)
    if reason.code == "closes_in_days" and facts["days"] in NEAR_DAYS:
        return gettext("clôture %(when)s") % {"when": gettext(NEAR_DAYS[facts["days"]])}
    if "day" in facts:
        facts["day"] = day_in_words(dt.date.fromisoformat(facts["day"]))
        reason = replace(reason, facts=tuple(facts.items()))
    return french(reason.sentence(gettext))
