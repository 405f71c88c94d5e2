"""The answer as plain data, for the terminal, the JSON and CSV addresses, and anything that reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from maillage.answer.links import Link
from maillage.answer.queries import Answer
from maillage.core.tagging import Tag
from maillage.core.trame import Ahead, Cell, Gap, Offer
from maillage.core.vocabulary import Echelon, GapKind
from maillage.core.wording import because

Translate = Callable[[str], str]


def as_data(answer: Answer, *, translate: Translate = str) -> dict[str, Any]:
    """The answer as JSON-ready values: `understanding`, `cells`, `articulations`, `first_steps`, `tally`."""
    return {
        "need": answer.text,
        "territory": {"code": answer.place.code, "name": answer.place.name} if answer.place else None,
        "places_named": [{"code": hit.code, "name": hit.label} for hit in answer.named],
        "day": answer.day.isoformat(),
        "off_topic": answer.off_topic,
        "understanding": _understanding(answer),
        "cells": [_cell(cell, translate) for cell in answer.cells],
        "articulations": [_link(link, translate) for link in answer.links],
        "first_steps": [{"programme": step.slug, "title": step.match.sheet.title} for step in answer.steps],
        "tally": {name: getattr(answer.tally, name) for name in ("offers", "links", "suggestions", "gaps", "overlaps")},
    }


def rows_of(answer: Answer, *, translate: Translate = str) -> Iterator[list[str]]:
    """The answer as rows of a spreadsheet, the header first: one row per offer of a cell, one per gap.

    Ask for the answer `whole`, else the offers beyond those shown come without reasons nor desks.
    """
    yield ["étape", "nature", "état", "offre", "adresse", "porteur", "échelon", "pourquoi", "contact", "manque"]
    for cell in answer.cells:
        for offer in (*cell.offers, *cell.more):
            yield _row(cell, offer, translate)
        if not cell.offers:
            told = gap_sentence(cell.gap, translate) if cell.gap else translate(cell.not_expected)
            yield [cell.stage.label, cell.nature.label, cell.state, "", "", "", "", "", "", told]


def gap_sentence(gap: Gap, translate: Translate = str) -> str:
    """The gap in words: which of the three, and the nearest thing that exists."""
    told = translate(gap.kind.label)
    if gap.kind == GapKind.DISTANT and gap.nearest:
        level = translate(Echelon(gap.nearest.echelon).label)
        return because("nothing_nearer", level=level).sentence(translate) + "."
    if gap.condition:
        return f"{told} : {gap.condition.sentence(translate)}."
    return f"{told}."


def _row(cell: Cell, offer: Offer, translate: Translate) -> list[str]:
    sheet = offer.match.sheet
    return [
        cell.stage.label,
        cell.nature.label,
        cell.state,
        sheet.title,
        f"/programmes/{sheet.slug}",
        ", ".join(sheet.operators),
        offer.echelon,
        " · ".join(reason.sentence(translate) for reason in offer.reasons),
        " · ".join(desk.name for desk in offer.desks),
        gap_sentence(cell.gap, translate) if cell.gap else "",
    ]


def _understanding(answer: Answer) -> dict[str, Any]:
    understood = answer.understanding
    names = ("categories", "stages", "audiences", "competences", "sdgs")
    return {name: [_tag(tag) for tag in getattr(understood, name)] for name in names} | {
        "corrected": [{"typed": typed, "read": read} for typed, read in answer.words.corrected]
    }


def _tag(tag: Tag) -> dict[str, Any]:
    return {"code": tag.code, "label": tag.label, "evidence": list(tag.evidence)}


def _cell(cell: Cell, translate: Translate) -> dict[str, Any]:
    return {
        "stage": cell.stage.value,
        "nature": cell.nature.value,
        "state": cell.state,
        "offers": [_offer(offer, translate) for offer in cell.offers],
        "more": [{"programme": offer.slug, "title": offer.match.sheet.title} for offer in cell.more],
        "gap": _gap(cell.gap, translate) if cell.gap else None,
        "not_expected": cell.not_expected or None,
    }


def _offer(offer: Offer, translate: Translate) -> dict[str, Any]:
    return {
        "programme": offer.slug,
        "title": offer.match.sheet.title,
        "operators": list(offer.match.sheet.operators),
        "echelon": offer.echelon,
        "reasons": [reason.sentence(translate) for reason in offer.reasons],
        "lacking": [reason.sentence(translate) for reason in offer.lacking],
        "above_next": _ahead(offer.ahead, translate) if offer.ahead else None,
        "contacts": [
            {"name": desk.name, "place": desk.place, "phone": desk.phone, "website": desk.website}
            for desk in offer.desks
        ],
        "verified_on": offer.match.sheet.verified_on or None,
    }


def _ahead(ahead: Ahead, translate: Translate) -> dict[str, Any]:
    return {
        "next": ahead.slug,
        "because": [reason.sentence(translate) for reason in ahead.because],
        "despite": [reason.sentence(translate) for reason in ahead.despite],
    }


def _gap(gap: Gap, translate: Translate) -> dict[str, Any]:
    nearest = gap.nearest
    return {
        "kind": gap.kind.value,
        "sentence": gap_sentence(gap, translate),
        "nearest": {"programme": nearest.slug, "title": nearest.match.sheet.title} if nearest else None,
        "condition": gap.condition.sentence(translate) if gap.condition else None,
    }


def _link(link: Link, translate: Translate) -> dict[str, Any]:
    return {
        "from": link.origin,
        "to": link.target,
        "kind": link.kind.value,
        "suggested": link.suggested,
        "statement": link.statement,
        "condition": link.condition,
        "evidence_url": link.evidence_url,
        "evidence_name": link.evidence_name,
        "reasons": [reason.sentence(translate) for reason in link.reasons],
    }
