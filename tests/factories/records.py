"""Records with the least a sheet needs. What a test cares about, it says; nothing here is random."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from maillage.core.matching import Match, Wish, judge
from maillage.core.ranking.readings import laid, read
from maillage.core.ranking.selection import Selection
from maillage.core.ranking.statistics import nothing
from maillage.core.records import LinkRecord, OperatorRef, OrganisationRecord, ProgrammeRecord
from maillage.core.sheets import Sheet, sheet_of
from maillage.core.trame import Offer
from maillage.search.readings import document_of

NATION = "PAYS-99100"
TODAY = dt.date(2026, 11, 21)


def a_programme(title: str = "Diagnostic des réseaux d’eau", **said: Any) -> ProgrammeRecord:
    """A published sheet, public engineering, open to communes everywhere, at the stage of emergence."""
    values: dict[str, Any] = {
        "natures": ("PUBLIC",),
        "stages": ("EMERGENCE",),
        "aid_types": ("technical_engineering",),
        "audiences": ("commune",),
        "zones": (NATION,),
        "source_url": "https://exemple.test/fiche",
        "licence": "Licence Ouverte 2.0",
        "status": "published",
    }
    return ProgrammeRecord(title=title, **values | said)


def an_organisation(name: str = "Agence de l’eau du Ternois", **said: Any) -> OrganisationRecord:
    """A published organisation, public engineering, serving the whole country."""
    values: dict[str, Any] = {
        "slug": "agence-ternois",
        "natures": ("PUBLIC",),
        "zones": (NATION,),
        "source_url": "https://exemple.test/acteur",
        "status": "published",
    }
    return OrganisationRecord(name=name, **values | said)


def a_link(origin: str, target: str, kind: str = "precedes", **said: Any) -> LinkRecord:
    """A stated articulation with its evidence."""
    values: dict[str, Any] = {
        "statement": "La première étude ouvre droit à la seconde.",
        "evidence_url": "https://exemple.test/preuve",
        "evidence_name": "Page publique",
    }
    return LinkRecord(origin=origin, target=target, kind=kind, **values | said)


def an_operator(slug: str = "agence-ternois", name: str = "Agence de l’eau du Ternois", **said: Any) -> OperatorRef:
    """An operator named by slug."""
    return OperatorRef(name=name, slug=slug, **said)


def a_sheet(title: str = "Diagnostic des réseaux d’eau", *, slug: str = "diagnostic-eau", **said: Any) -> Sheet:
    """The sheet of `a_programme`, as the index keeps it."""
    return sheet_of(replace(a_programme(title, **said), slug=slug, uid=f"uid-{slug}"))


def a_match(wish: Wish, title: str = "Diagnostic des réseaux d’eau", **said: Any) -> Match:
    """The sheet of `a_programme` judged for a wish, its words read as the index reads them."""
    record = replace(a_programme(title, **said), slug="diagnostic-eau", uid="uid-diagnostic-eau")
    table = laid([read(document_of(record))])
    (places,) = Selection(table, nothing().plus(table), [0]).places(wish.wanted)
    return judge(wish, sheet_of(record), places=places)


def an_offer(
    slug: str = "diagnostic-eau", *, relevance: float = 0.5, missing: Any = None, unsure: Any = None, **said: Any
) -> Offer:
    """An offer judged with this relevance, and ranked by it, no reason given."""
    sheet = a_sheet(slug=slug, **said)
    match = Match(
        wish=a_wish(),
        sheet=sheet,
        relevance=relevance,
        word_share=relevance,
        theme_share=relevance,
        points={"words": relevance},
    )
    return Offer(match=match, echelon=sheet.echelon, reasons=(), missing=missing, unsure=unsure)


def a_wish(*words: str, themes: dict[str, float] | None = None, **said: Any) -> Wish:
    """A need of these words (single stems, all of rarity 1) and themes."""
    values: dict[str, Any] = {
        "words": dict.fromkeys(words, 1.0),
        "surfaces": {word: word for word in words},
        "neighbours": {},
        "themes": themes or {},
        "today": TODAY,
    }
    return Wish(**values | said)
