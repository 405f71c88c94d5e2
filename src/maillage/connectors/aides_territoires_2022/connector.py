"""Aides-territoires as it stood in 2022, kept as an archive: 2 637 titles with their address, 470 full texts."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import Any

from maillage.connectors.cells import Row
from maillage.connectors.connector import Connector

RULE = re.compile(r"\n-{10,}\n")
FACT = re.compile(r"^(id|idSource|url|porteur|sousThematiques): ?(.*)$", re.MULTILINE)
SLUG = re.compile(r"/aides/([^/?#]+)")


def title_with_key(row: Row) -> Row:
    """The record with its key: the last word of its address."""
    match = SLUG.search(str(row.get("url") or ""))
    return {**row, "clé": match[1] if match else ""}


def text_cut(row: Row) -> Row:
    """The text cut into its parts: the body, the facts between two rules, the examples that follow."""
    text = str(row.get("texte") or "")
    start = next((rule for rule in RULE.finditer(text) if FACT.match(text, rule.end())), None)
    facts = text[start.end() :] if start else ""
    facts, _, examples = facts.partition("\n------------------\n")
    said = dict(FACT.findall(facts))
    return {
        **row,
        "corps": text[: start.start()] if start else text,
        "exemples": examples.strip().removeprefix("Exemples de projets:").strip(),
        "clé": said.get("idSource") or row.get("id"),
        "adresse": said.get("url", "").strip(),
        "porteurs": _rejoined(_listed(said.get("porteur", ""))),
        "sous-thématiques": _listed(said.get("sousThematiques", "")),
    }


def _listed(written: str) -> list[str]:
    """The words of a list written as Python writes one."""
    try:
        found: Any = ast.literal_eval(written.strip() or "[]")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [written]
    return [str(item) for item in found] if isinstance(found, list) else [str(found)]


def _rejoined(names: list[str]) -> list[str]:
    """Names that the source cut at their own commas put back together: the pieces start with a blank."""
    whole: list[str] = []
    for name in names:
        if name.startswith(" ") and whole:
            whole[-1] = f"{whole[-1]},{name}"
        else:
            whole.append(name)
    return whole


TITLES = Connector(
    slug="aides-territoires-2022-titres",
    name="Aides-territoires 2022 (titres)",
    package=__package__,
    signature=frozenset({"name", "url"}),
    only_these=True,
    origin="aides-territoires-2022",
    source_name="Aides-territoires, printemps 2022",
    licence="Licence Ouverte 2.0",
    url="https://aides-territoires.beta.gouv.fr",
    rhythm="jamais : archive",
    status="archived",
    shape=title_with_key,
    is_whole=True,
    titles_identify=True,
)
TEXTS = replace(
    TITLES,
    slug="aides-territoires-2022-textes",
    name="Aides-territoires 2022 (textes intégraux)",
    signature=frozenset({"id", "titre", "texte"}),
    only_these=False,
    source_name="Aides-territoires, été 2022",
    shape=text_cut,
)
