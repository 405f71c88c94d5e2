"""A sheet named by its address, as a session keeps it: its title and the few facts that say how it stands."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from maillage.actors.models import Organisation
from maillage.answer.places import zone_names
from maillage.core.coverage import Choice
from maillage.core.errors import MaillageError, Unknown
from maillage.core.vocabulary import Status, categories
from maillage.coverage.queries import atlas_of, gap_at, gaps_ranked
from maillage.dialogue.models import CitedKind
from maillage.inventory.models import Need, NeedStudy, Programme, ProgrammeZone

ADDRESS = re.compile(r"^/(programmes|acteurs|besoins|etudes|couverture/manques)/([\w-]{1,200}(?:/[a-z0-9-]{1,80})?)$")
"""A gap is named by its territory and its category; every other sheet by one word."""


MOST, WIDE = 10, 200
"""Gaps offered to who prepares a session, and how many are read to find as many places."""


def sheet_at(address: str) -> dict[str, Any]:
    """What `cite` keeps of the public sheet of this address, whole or from its first slash.

    Raises Unknown("sheet_unknown").
    """
    found = ADDRESS.match(urlsplit(address.strip()[:600]).path)
    kept = _FINDERS[found[1]](found[2]) if found else None
    if kept is None or found is None:
        raise Unknown("sheet_unknown", value=address[:80])
    return kept | {"key": found[2], "address": f"/{found[1]}/{found[2]}"}


def _programme(slug: str) -> dict[str, Any] | None:
    row = Programme.objects.filter(slug=slug, status=Status.PUBLISHED.value).first()
    if row is None:
        return None
    parts = ProgrammeZone.objects.filter(programme=row, excluded=False).order_by("territory__name")
    zones = parts.values_list("territory__name", flat=True)
    facts = {
        "promesse": row.promise,
        "échelon": row.get_echelon_display(),
        "où": ", ".join(zones[:12]),
        "clôture": row.closes_on.isoformat() if row.closes_on else "",
        "vérifiée le": row.verified_on.isoformat() if row.verified_on else "",
    }
    return {"kind": CitedKind.PROGRAMME, "title": row.title, "facts": _said(facts)}


def _organisation(slug: str) -> dict[str, Any] | None:
    row = Organisation.objects.filter(slug=slug, status=Status.PUBLISHED.value).first()
    facts = {"échelon": row.get_echelon_display(), "site": row.website} if row else {}
    return {"kind": CitedKind.ORGANISATION, "title": row.name, "facts": _said(facts)} if row else None


def _need(uid: str) -> dict[str, Any] | None:
    try:
        rows = Need.objects.filter(uid=uid, status=Status.PUBLISHED.value).select_related("territory")
        row = rows.first()
    except ValidationError:
        return None
    if row is None:
        return None
    facts = {
        "besoin": row.text,
        "où": row.territory.name if row.territory else "",
        "étape": row.get_stage_display() if row.stage else "",
        "nature": row.get_nature_display() if row.nature else "",
    }
    return {"kind": CitedKind.NEED, "title": row.text[:300], "facts": _said(facts)}


def _study(slug: str) -> dict[str, Any] | None:
    row = NeedStudy.objects.filter(slug=slug, status=Status.PUBLISHED.value).first()
    facts = {"publiée par": row.publisher, "méthode": row.method} if row else {}
    return {"kind": CitedKind.STUDY, "title": row.title, "facts": _said(facts)} if row else None


def _gap(place_and_category: str) -> dict[str, Any] | None:
    place, _, category = place_and_category.partition("/")
    if category not in categories():
        return None
    try:
        gap = gap_at(place, category)
    except MaillageError:
        return None
    names = zone_names([place])
    facts = {
        "sorte": gap.kind.label,
        "score": f"{gap.score:.1f}".replace(".", ","),
        "pourquoi": " ; ".join(part.reason.sentence() for part in gap.parts),
    }
    title = f"Manque : {categories()[category].label}, {names.get(place, place)}"
    return {"kind": CitedKind.FINDING, "title": title, "facts": _said(facts)}


def gravest_gaps() -> list[tuple[str, str]]:
    """The address and the words of the gravest gaps of today, one per département; none while they are counted."""
    try:
        found = gaps_ranked(atlas_of(), Choice(), level="DEP", count=WIDE).gaps
    except MaillageError:
        return []
    firsts = {gap.place: gap for gap in reversed(found)}
    kept = sorted(firsts.values(), key=lambda gap: (-gap.score, gap.place))[:MOST]
    names = zone_names({gap.place for gap in kept})
    return [
        (
            f"/couverture/manques/{gap.place}/{gap.category}",
            f"{names.get(gap.place, gap.place)} : {categories()[gap.category].label} ({gap.kind.label})",
        )
        for gap in kept
    ]


def _said(facts: dict[str, str]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items() if value}


_FINDERS = {
    "programmes": _programme,
    "acteurs": _organisation,
    "besoins": _need,
    "etudes": _study,
    "couverture/manques": _gap,
}
