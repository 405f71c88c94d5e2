"""A sheet named by its address, as a session keeps it: its title and the few facts that say how it stands."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from maillage.actors.models import Organisation
from maillage.core.errors import Unknown
from maillage.core.vocabulary import Status
from maillage.dialogue.models import CitedKind
from maillage.inventory.models import Need, NeedStudy, Programme, ProgrammeZone

ADDRESS = re.compile(r"^/(programmes|acteurs|besoins|etudes)/([\w-]{1,200})$")


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


def _said(facts: dict[str, str]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items() if value}


_FINDERS = {"programmes": _programme, "acteurs": _organisation, "besoins": _need, "etudes": _study}
