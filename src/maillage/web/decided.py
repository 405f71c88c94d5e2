"""Decisions and follow-ups in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from maillage.core.deciding import VALUES, Method
from maillage.dialogue.models import Decision, FollowUp, Voice

VALUE_WORDS = {
    "1": _("1 · soutien entier"),
    "2": _("2 · accord, un détail à revoir"),
    "3": _("3 · soutien avec réserves"),
    "4": _("4 · sans avis"),
    "5": _("5 · à discuter encore"),
    "6": _("6 · n’aime pas, ne bloque pas"),
    "7": _("7 · désaccord sérieux"),
    "8": _("8 · veto"),
    "abstain": _("abstention"),
    "against": _("contre"),
    "consent": _("consent"),
    "for": _("pour"),
    "objection": _("objection"),
    "reserve": _("consent avec réserve"),
}
REASON_WORDS = {
    "adopted": _("La règle dite d’avance est remplie."),
    "blocked": _("Une objection ou un veto l’arrête."),
    "no_quorum": _("Le quorum n’est pas atteint."),
    "not_enough": _("Pas assez de voix pour."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """A decision as a page shows it."""

    row: Decision
    rule: str
    counts: tuple[tuple[str, int], ...]
    why: str
    voices: int
    present: int
    dissent: tuple[tuple[str, str, str], ...]
    choices: tuple[tuple[str, str], ...]
    said: tuple[Voice, ...]
    follow_ups: tuple[FollowUp, ...]


def voice_choices(method: str) -> list[tuple[str, str]]:
    """What an organisation may say, by method."""
    return [(value, gettext(VALUE_WORDS[value])) for value in VALUES[Method(method)]]


def decisions_told(rows: Iterable[Decision]) -> list[DecisionView]:
    """These decisions in words; counts only once they are closed, so that nobody follows the others."""
    return [_told(row) for row in rows]


def _told(row: Decision) -> DecisionView:
    result = row.result or {}
    voices = list(row.voices.all())
    kept = [
        (each["organisation"], gettext(VALUE_WORDS[each["value"]]), each["reason"])
        for each in result.get("dissent", ())
    ]
    return DecisionView(
        row=row,
        rule=_rule(row),
        counts=tuple(
            (gettext(VALUE_WORDS[value]), count) for value, count in result.get("counts", {}).items() if count
        ),
        why=gettext(REASON_WORDS[result["reason"]]) if result else "",
        voices=result.get("voices", len(voices)),
        present=result.get("present", 0),
        dissent=tuple(kept),
        choices=tuple(voice_choices(row.method)),
        said=tuple(voices),
        follow_ups=tuple(row.follow_ups.all()),
    )


def _rule(row: Decision) -> str:
    quorum = gettext("quorum %(percent)s %% des présents") % {"percent": row.quorum_percent}
    if row.method == Method.CONSENT:
        return f"{gettext(str(row.get_method_display()))}, {quorum}"
    share = gettext("%(percent)s %% au moins de qui se prononce, et plus de la moitié") % {
        "percent": row.carries_percent
    }
    return f"{gettext(str(row.get_method_display()))}, {quorum}, {share}"
