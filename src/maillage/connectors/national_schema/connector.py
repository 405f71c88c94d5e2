"""The national schema of support schemes (etalab/schema-dispositif-aide v0.2.0), in CSV or JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from maillage.connectors.cells import Row, texts
from maillage.connectors.connector import Connector

CORE = frozenset(
    {
        "id",
        "titre",
        "promesse",
        "description",
        "eligibilite",
        "types_aides",
        "porteurs",
        "programmes_parents",
        "url_source",
        "cibles",
        "eligibilite_geographique",
        "eligibilite_geographique_exclusions",
        "date_ouverture",
        "date_cloture",
        "date_mise_a_jour",
    }
)
BARE_KEY = re.compile(r"([{,]\s*)(\w+)\s*:")
QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")


def laid_flat(row: Row) -> Row:
    """The record with its two lists of objects laid flat.

    `porteurs` becomes one column per role, « porteurs (financeur) », whose values are « nom#siren »;
    `base_juridique` becomes « bases juridiques », whose values are « libellé lien ».
    """
    return {**row, **operators_by_role(row.get("porteurs")), "bases juridiques": _links(row.get("base_juridique"))}


def operators_by_role(value: Any) -> dict[str, Any]:
    """One column per role, as « nom#siren »; plain names separated by bars have no role."""
    found = _objects(value)
    if found is None:
        said = list(texts(value))
        listed = bool(said) and said[0].lstrip().startswith(("[", "{"))
        return {"porteurs (illisibles)": said} if listed else {"porteurs (sans rôle)": said}
    columns: dict[str, list[str]] = {"porteurs (tous)": []}
    for body in found:
        name = f"{body.get('nom') or ''}#{body.get('siren') or ''}".removesuffix("#")
        columns["porteurs (tous)"].append(name)
        for role in texts(body.get("roles") or body.get("rôles") or ["sans rôle"]):
            columns.setdefault(f"porteurs ({role.strip()})", []).append(name)
    return dict(columns)


def _links(value: Any) -> list[str]:
    found = _objects(value)
    if found is None:
        return list(texts(value))
    return [f"{link.get('libelle') or ''} {link.get('lien') or ''}".strip() for link in found]


def _objects(value: Any) -> list[dict[str, Any]] | None:
    """The objects of a list, given as JSON or as text; None when the text is no list of objects.

    The schema's own example writes `[{ nom: 'ADEME' }]`, which is not JSON: it is read too.
    """
    if isinstance(value, str):
        for text in (value, _as_json(value)):
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                continue
            break
    if isinstance(value, dict):
        value = [value]
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return value
    return None


def _as_json(text: str) -> str:
    quoted = QUOTED.sub(lambda match: json.dumps(match[1].replace("\\'", "'"), ensure_ascii=False), text[:20_000])
    return BARE_KEY.sub(r'\1"\2":', quoted)


CONNECTOR = Connector(
    slug="schema-national",
    name="Schéma national des dispositifs d’aide",
    package=__package__,
    signature=frozenset({"id", "titre", "description", "porteurs", "cibles", "eligibilite_geographique"}),
    origin="schema-national",
    source_name="Fichier au schéma national des dispositifs d’aide",
    licence="",
    url="https://github.com/etalab/schema-dispositif-aide",
    rhythm="à la demande",
    shape=laid_flat,
    speaks_of=CORE | {"porteurs (sans rôle)"},
    one_per_place=True,
)
