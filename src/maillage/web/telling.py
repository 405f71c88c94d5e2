"""A sheet as its page shows it: every field in words, its dates, its zones, its threads."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from maillage.accounts.models import Event
from maillage.actors.queries import members_serving
from maillage.answer.places import Where, zone_names, zone_reason
from maillage.core.records import OrganisationRecord, ProgrammeRecord
from maillage.core.sheets import Sheet, sheet_of
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
    competences,
)
from maillage.core.wording import because
from maillage.inventory.models import Articulation, LinkLevel
from maillage.territories.queries import address_to_check
from maillage.web.fieldwords import LABELS, field_label
from maillage.web.messages import reason_told
from maillage.web.typography import day_in_words, french

MANY_ZONES = 12
"""Zones told at once; beyond, their number is."""

ORG_ROLES = {"operator": _("porteur"), "funder": _("financeur"), "relay": _("relais")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something with a page."""

    name: str
    address: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """An articulation, seen from this sheet."""

    verb: str
    outward: bool
    title: str
    address: str
    statement: str
    condition: str
    evidence_url: str
    evidence_name: str
    confirmed: bool
    sheet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """« Et chez moi ? »: yes, no or perhaps, and why; whom to call when a network delivers it."""

    answer: str
    sentence: str
    desks: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the history."""

    at: dt.datetime
    verb: str
    by: str
    fields: str = ""
    """What changed, in the words of the sheet."""


def labels(vocabulary: Any, codes: Iterable[str]) -> list[str]:
    """The words of these codes."""
    return [gettext(vocabulary(code).label) for code in codes]


def programme_view(record: ProgrammeRecord) -> dict[str, Any]:
    """The fields of a programme in words."""
    found = categories()
    return {
        "natures": [(code, gettext(Nature(code).label)) for code in record.natures],
        "stages": labels(Stage, record.stages),
        "aid_types": labels(AidType, record.aid_types),
        "audiences": labels(Audience, record.audiences),
        "categories": [
            Named(name=french(gettext(found[code].label)), address=f"/programmes?categorie={code}")
            for code in record.categories
            if code in found
        ],
        "echelon": gettext(Echelon(record.echelon).label),
        "price": gettext(Price(record.price).label),
        "recurrence": gettext(Recurrence(record.recurrence).label),
        "restriction": gettext(Restriction(record.restricted_to).label) if record.restricted_to else "",
        "competences": [french(competences().get(code, code)) for code in record.competences],
        "operators": [
            Named(
                name=french(ref.name),
                address=f"/acteurs/{ref.slug}" if ref.slug else "",
                note=gettext(ORG_ROLES.get(ref.role, ref.role)),
            )
            for ref in record.operators
        ],
        "zones": zones_told(record.zones),
        "excluded": zones_told(record.excluded_zones),
    }


def organisation_view(record: OrganisationRecord) -> dict[str, Any]:
    """The fields of an organisation in words."""
    return {
        "natures": [(code, gettext(Nature(code).label)) for code in record.natures],
        "echelon": gettext(Echelon(record.echelon).label),
        "zones": zones_told(record.zones),
        "competences": [french(competences().get(code, code)) for code in record.competences],
    }


def zones_told(codes: Sequence[str]) -> dict[str, Any]:
    """The zones by name, the first ones when there are many."""
    names = zone_names(codes)
    shown = [Named(name=french(names.get(code, code)), address=f"/territoires/{code}") for code in codes[:MANY_ZONES]]
    return {"shown": shown, "more": max(0, len(codes) - MANY_ZONES), "total": len(codes)}


def ties_of(links: Iterable[Articulation], slug: str) -> list[Tie]:
    """The articulations of a programme, read from its side."""
    return [tie for link in links if (tie := _tie(link, slug))]


def _tie(link: Articulation, slug: str) -> Tie | None:
    origin, target = link.from_programme, link.to_programme
    if origin is None or target is None:
        return None
    outward = origin.slug == slug
    other = target if outward else origin
    return Tie(
        verb=gettext(LinkKind(link.kind).label),
        outward=outward,
        title=french(other.title),
        address=f"/programmes/{other.slug}",
        statement=french(link.statement),
        condition=french(link.condition),
        evidence_url=link.evidence_url,
        evidence_name=french(link.evidence_name),
        confirmed=link.level == LinkLevel.CONFIRMED,
        sheet=f"/articulations/{link.uid}",
    )


def verdict_on(record: ProgrammeRecord, place: Where) -> Verdict:
    """Whether one can ask for this programme in this place, and why."""
    members = members_serving([record.delivered_by], place.containing) if record.delivered_by else []
    sheet = sheet_of(record)
    if set(record.excluded_zones) & set(place.containing):
        return Verdict(answer="no", sentence=gettext("Ce territoire en est exclu."))
    if not set(sheet.usable) & set(place.containing):
        return _elsewhere(sheet, place)
    if record.delivered_by and not members:
        sentence = gettext("Aucun membre de ce réseau ne couvre ce territoire, à notre connaissance.")
        return Verdict(answer="no", sentence=sentence)
    desks = tuple(Named(name=french(row.name), address=f"/acteurs/{row.slug}", note=row.phone) for row in members[:3])
    return Verdict(answer="yes", sentence=_sentence(reason_told(zone_reason(sheet, place))), desks=desks)


def _elsewhere(sheet: Sheet, place: Where) -> Verdict:
    if set(sheet.usable) & address_to_check(place.code):
        sentence = gettext("Une partie de ce territoire seulement : vérifiez l’adresse du projet.")
        return Verdict(answer="perhaps", sentence=sentence)
    reason = zone_reason(sheet, place, zone_names(sheet.usable[:1])) if sheet.usable else because("zone_local")
    return Verdict(answer="no", sentence=_sentence(reason_told(reason)))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."


def history_told(events: Iterable[Event]) -> list[Step]:
    """The history, newest first. A person shows by the name they chose, never by their address."""
    return [
        Step(
            at=event.at,
            verb=gettext(event.get_verb_display()),
            by=french((event.by.name or gettext("un contributeur")) if event.by else gettext("chargement")),
            fields=", ".join(field_label(name) for name in event.facts.get("fields", ()) if name in LABELS),
        )
        for event in events
    ]


def linked_data(record: ProgrammeRecord) -> SafeString:
    """The programme as schema.org `GovernmentService`, a data block no browser runs."""
    names = zone_names(record.zones[:50])
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": record.title,
        "description": record.promise or record.description[:300],
        "url": f"{settings.SITE_URL}/programmes/{record.slug}",
        "inLanguage": "fr",
        "serviceType": [AidType(code).label for code in record.aid_types],
        "provider": [{"@type": "Organization", "name": ref.name} for ref in record.operators],
        "areaServed": [{"@type": "AdministrativeArea", "name": name} for name in names.values()],
        "audience": [{"@type": "Audience", "audienceType": Audience(code).label} for code in record.audiences],
    }
    if record.source_url:
        data["isBasedOn"] = record.source_url
    if record.price == Price.FREE:
        data["offers"] = {"@type": "Offer", "price": 0, "priceCurrency": "EUR"}
    text = json.dumps(data, ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - every < > & is escaped


def freshness(verified_on: dt.date | None, today: dt.date) -> str:
    """How fresh the sheet is, in words."""
    if verified_on is None:
        return ""
    age_days = (today - verified_on).days
    told = gettext("Vérifiée le %(day)s") % {"day": day_in_words(verified_on)}
    return told if age_days < 365 else told + " " + gettext("(il y a plus d’un an)")
