"""The fields of a sheet and their values, in words, for those who compare them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.core.vocabulary import (
    AidType,
    Audience,
    Echelon,
    Nature,
    OrganisationKind,
    Price,
    Recurrence,
    Restriction,
    Stage,
    Status,
    categories,
    competences,
)
from maillage.territories.queries import geography
from maillage.web.typography import day_in_words, french

LABELS = {
    "title": _("Nom"),
    "name": _("Nom"),
    "acronym": _("Sigle"),
    "kind": _("Sorte d’organisme"),
    "promise": _("Promesse"),
    "description": _("De quoi s’agit-il"),
    "eligibility": _("Conditions d’accès"),
    "operators": _("Porteurs"),
    "delivered_by": _("Réseau"),
    "network": _("Réseau"),
    "parent": _("Fait partie de"),
    "variant_of": _("Variante locale de"),
    "programmes": _("Programmes"),
    "natures": _("Nature d’ingénierie"),
    "echelon": _("Échelon"),
    "stages": _("Étapes"),
    "aid_types": _("Ce qui est donné"),
    "audiences": _("Pour qui"),
    "categories": _("Thèmes"),
    "generalist": _("Vaut pour tout sujet"),
    "zones": _("Territoires"),
    "excluded_zones": _("Territoires exclus"),
    "price": _("Prix"),
    "price_note": _("Précision sur le prix"),
    "conditions": _("Conditions"),
    "restricted_to": _("Réservé à"),
    "how_to": _("Comment faire"),
    "contact_desk": _("Guichet"),
    "contact_url": _("Page de contact"),
    "recurrence": _("Récurrence"),
    "opens_on": _("Ouverture"),
    "closes_on": _("Clôture"),
    "cumul": _("Cumul"),
    "cumul_reference": _("Référence du cumul"),
    "competences": _("Compétences"),
    "sdgs": _("ODD"),
    "keywords": _("Mots-clés"),
    "legal_bases": _("Textes"),
    "professional": _("Pour les professionnels"),
    "source_url": _("Page de la source"),
    "source_name": _("Nom de la source"),
    "licence": _("Licence"),
    "source_updated_on": _("Mise à jour par la source"),
    "verified_on": _("Vérifiée le"),
    "status": _("État"),
    "siren": _("SIREN"),
    "siret": _("SIRET"),
    "rna": _("RNA"),
    "website": _("Site"),
    "phone": _("Téléphone"),
    "address": _("Adresse"),
    "opening": _("Ouverture"),
    "communes_added": _("Communes qui entrent"),
    "communes_left": _("Communes qui sortent"),
    "seat": _("Siège"),
    "levers": _("Leviers"),
    "funding_origins": _("Origine des ressources"),
    "as_of": _("État au"),
}

VOCABULARIES: dict[str, Any] = {
    "natures": Nature,
    "echelon": Echelon,
    "stages": Stage,
    "aid_types": AidType,
    "audiences": Audience,
    "price": Price,
    "restricted_to": Restriction,
    "recurrence": Recurrence,
    "status": Status,
    "kind": OrganisationKind,
}

DAYS = frozenset({"opens_on", "closes_on", "source_updated_on", "verified_on", "as_of"})

PLACES = frozenset({"zones", "excluded_zones", "seat"})

WRITABLE = (
    "title promise description eligibility how_to contact_desk contact_url price_note cumul opens_on closes_on "
    "source_url"
).split()
"""The fields an animateur may reword while accepting; the others are taken or left."""

MANY = 60
"""Places shown of a long list; the others are counted."""

LONG = frozenset({"description", "eligibility", "how_to", "cumul"})


def field_label(name: str) -> str:
    """The field in words."""
    return str(LABELS.get(name, name))


def value_told(name: str, value: Any) -> str:
    """The value of a field, in the shape of core.records.as_plain, in words; "" when it says nothing."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return gettext("oui") if value else gettext("non")
    if name in DAYS:
        return day_in_words(dt.date.fromisoformat(value))
    if isinstance(value, dict):
        return "\n".join(f"{key} : {said}" for key, said in value.items() if said)
    if isinstance(value, list):
        return _list_told(name, value)
    return french(_code_told(name, value))


def _list_told(name: str, values: Sequence[Any]) -> str:
    if name in ("communes_added", "communes_left"):
        more = [gettext("et %(count)s autres") % {"count": len(values) - MANY}] if len(values) > MANY else []
        return "\n".join([french(str(value)) for value in values[:MANY]] + more)
    if name == "operators":
        return ", ".join(french(ref["name"]) for ref in values)
    if name == "legal_bases":
        return "\n".join(french(label) for label, _url in values)
    joined = "\n" if name == "conditions" else ", "
    return joined.join(french(_code_told(name, value)) for value in values)


def _code_told(name: str, value: Any) -> str:
    if name in VOCABULARIES and value in VOCABULARIES[name].codes():
        return gettext(VOCABULARIES[name](value).label)
    if name == "categories" and value in categories():
        return gettext(categories()[value].label)
    if name == "competences":
        return competences().get(value, str(value))
    if name in PLACES:
        return geography().book.names.get(value, str(value))
    return str(value)
