"""« Transition écologique des entreprises »: its list of programmes, and the file it publishes in the national schema.

Both name the same programmes by the last words of their address: `accelerateur-decarbonation`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from maillage.connectors.cells import Row, plain_line, texts
from maillage.connectors.connector import Connector
from maillage.connectors.markup import without_markdown
from maillage.connectors.national_schema.connector import CORE
from maillage.connectors.national_schema.connector import laid_flat as national_laid_flat

PAGE = "https://mission-transition-ecologique.beta.gouv.fr/aides-entreprise/"
SLUG = re.compile(re.escape(PAGE) + r"([a-z0-9-]+)")
CONDITIONS = "conditions d'éligibilité"


def programme_laid_flat(row: Row) -> Row:
    """The record with its steps as one text, its regions one by one, and its address."""
    row = without_markdown(row)
    conditions = row.get(CONDITIONS) if isinstance(row.get(CONDITIONS), dict) else {}
    places = ", ".join(texts(conditions.get("secteur géographique"))) if isinstance(conditions, dict) else ""
    return {
        **row,
        "identifiant": row.get("id"),
        "étapes": "\n".join(_steps(row.get("objectifs"))),
        "territoires": [place.strip() for place in places.split(",")],
        "page": f"{PAGE}{row.get('id') or ''}",
    }


def _steps(steps: Any) -> list[str]:
    """« 1. Do this. Words of the link (address) » for each step."""
    lines = []
    listed = steps if isinstance(steps, list) else []
    for number, step in enumerate((step for step in listed if isinstance(step, dict)), start=1):
        links = [link for link in step.get("liens") or [] if isinstance(link, dict)]
        shown = "".join(f" {plain_line(str(link.get('texte') or ''))} ({link.get('lien')})" for link in links)
        lines.append(f"{number}. {plain_line(str(step.get('description') or ''))}{shown}")
    return lines


def national_row_laid_flat(row: Row) -> Row:
    """A row of the national schema, with the programme's own identifier read in its address."""
    match = SLUG.match(str(row.get("url_source") or ""))
    row = without_markdown(row)
    return {**national_laid_flat(row), "uuid": row.get("id"), "identifiant": match[1] if match else row.get("id")}


PROGRAMMES = Connector(
    slug="mte",
    name="Transition écologique des entreprises (programmes)",
    package=__package__,
    signature=frozenset({"id", "titre", "promesse", "nature de l'aide", "opérateur de contact", CONDITIONS}),
    origin="mission-transition-ecologique",
    source_name="Transition écologique des entreprises",
    licence="AGPL-3.0 (dépôt betagouv/mission-transition-ecologique)",
    url="https://mission-transition-ecologique.beta.gouv.fr",
    rhythm="chaque semaine",
    shape=programme_laid_flat,
    speaks_of=frozenset({"fin de validité", "début de validité", "url", "coût de l'accompagnement", "eligibilityData"}),
    is_whole=True,
)
NATIONAL = replace(
    PROGRAMMES,
    slug="mte-schema-national",
    name="Transition écologique des entreprises (schéma national)",
    signature=frozenset(),
    licence="Licence Ouverte 2.0",
    rhythm="chaque jour sur data.gouv.fr",
    shape=national_row_laid_flat,
    speaks_of=CORE | {"porteurs (instructeur)"},
)
