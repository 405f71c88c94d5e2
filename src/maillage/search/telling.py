"""News in words: what was before, what is now. Days stay days: the door writes them as its reader does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from maillage.core.vocabulary import (
    AidType,
    Audience,
    Echelon,
    LinkKind,
    Nature,
    Price,
    Recurrence,
    Restriction,
    Stage,
    categories,
)
from maillage.search.models import WatchItem, WatchKind
from maillage.territories.queries import geography


def _(text: str) -> str:
    return text


LABELS: dict[str, str] = {
    "aid_types": _("type d’aide"),
    "audiences": _("pour qui"),
    "categories": _("thèmes"),
    "closes_on": _("date de clôture"),
    "conditions": _("conditions"),
    "contact_desk": _("contact"),
    "contact_url": _("page de contact"),
    "cumul": _("règles de cumul"),
    "cumul_reference": _("texte sur le cumul"),
    "delivered_by": _("réseau qui porte l’offre"),
    "description": _("description"),
    "echelon": _("échelon"),
    "eligibility": _("éligibilité"),
    "excluded_zones": _("territoires exclus"),
    "how_to": _("démarche"),
    "natures": _("nature d’ingénierie"),
    "opens_on": _("date d’ouverture"),
    "operators": _("porteurs"),
    "price": _("prix"),
    "price_note": _("précision sur le prix"),
    "promise": _("promesse"),
    "recurrence": _("récurrence"),
    "restricted_to": _("réservé à"),
    "stages": _("étapes du projet"),
    "title": _("nom"),
    "zone_added": _("communes ajoutées au périmètre"),
    "zone_left": _("communes retirées du périmètre"),
    "zones": _("territoires"),
}
VOCABULARIES: dict[str, Callable[[str], Any]] = {
    "aid_types": AidType,
    "audiences": Audience,
    "echelon": Echelon,
    "natures": Nature,
    "price": Price,
    "recurrence": Recurrence,
    "restricted_to": Restriction,
    "stages": Stage,
}
DAYS = ("opens_on", "closes_on")
ALONE = ("zone_added", "zone_left")
"""Changes told by what they bring or take away: nothing stood before."""
PLACES = ("zones", "excluded_zones", *ALONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTold:
    """One field that changed. `before` and `after`: words, or days; empty when nothing was said. `silent`: the words
    of this field are not compared, only that they changed. `alone`: only `after` has a meaning."""

    label: str
    before: str | dt.date
    after: str | dt.date
    is_day: bool = False
    silent: bool = False
    alone: bool = False


def changes_told(item: WatchItem) -> tuple[ChangeTold, ...]:
    """What changed in a sheet, field by field."""
    return tuple(_told(name, before, after) for name, before, after in item.details.get("changes", ()))


def link_told(item: WatchItem) -> str:
    """The verb of an articulation: « précède », « complète »…"""
    return gettext(LinkKind(item.details["link"]).label) if item.kind == WatchKind.LINKED else ""


def kind_told(kind: str, count: int) -> str:
    """How many sheets, and what happened to them."""
    sentences = {
        WatchKind.NEW: ngettext("%(count)s fiche ajoutée", "%(count)s fiches ajoutées", count),
        WatchKind.CHANGED: ngettext("%(count)s fiche modifiée", "%(count)s fiches modifiées", count),
        WatchKind.CLOSING: ngettext("%(count)s clôture proche", "%(count)s clôtures proches", count),
        WatchKind.CLOSED: ngettext("%(count)s offre close", "%(count)s offres closes", count),
        WatchKind.GONE: ngettext(
            "%(count)s fiche disparue de sa source", "%(count)s fiches disparues de leur source", count
        ),
        WatchKind.ARCHIVED: ngettext("%(count)s fiche retirée", "%(count)s fiches retirées", count),
        WatchKind.LINKED: ngettext("%(count)s articulation nouvelle", "%(count)s articulations nouvelles", count),
    }
    return sentences[WatchKind(kind)]


def _told(name: str, before: Any, after: Any) -> ChangeTold:
    label = gettext(LABELS.get(name, name))
    if before is None and after is None and name not in DAYS:
        return ChangeTold(label=label, before="", after="", silent=True)
    if name in DAYS:
        return ChangeTold(label=label, before=_day(before), after=_day(after), is_day=True)
    return ChangeTold(label=label, before=_words(name, before), after=_words(name, after), alone=name in ALONE)


def _day(text: str | None) -> str | dt.date:
    return dt.date.fromisoformat(text) if text else ""


def _words(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        names = [_word(name, code) for code in value["first"]]
        more = value["count"] - len(names)
        rest = [ngettext("%(count)s autre", "%(count)s autres", more) % {"count": more}] if more else []
        return ", ".join([*names, *rest])
    return _word(name, value) if value else ""


def _word(name: str, code: Any) -> str:
    if name in VOCABULARIES:
        try:
            return gettext(VOCABULARIES[name](code).label)
        except ValueError:
            return str(code)
    if name == "categories":
        found = categories().get(code)
        return gettext(found.label) if found else str(code)
    if name in PLACES:
        return geography().book.names.get(code, str(code))
    return str(code)
