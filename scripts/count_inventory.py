"""Counts the starter inventory into docs/sources/inventaire.md: python -m scripts.count_inventory."""

import csv
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CONTENT = ROOT / "src/maillage/inventory/content"
CATEGORIES = ROOT / "src/maillage/core/vocabulary/categories.csv"
PAGE = ROOT / "docs/sources/inventaire.md"
START, END = "<!-- chiffres : début -->", "<!-- chiffres : fin -->"

NATURES = {"PUBLIC": "ingénierie publique", "PROJECT": "management de projets", "CATALYST": "catalyse entre mondes"}
STAGES = {
    "EMERGENCE": "émergence",
    "DESIGN": "conception",
    "FUNDING": "financement",
    "DELIVERY": "réalisation",
    "EVALUATION": "évaluation",
}

Entry = dict[str, Any]


def entries(kind: str) -> list[Entry]:
    """Every entry of one kind: organisation, programme or articulation."""
    return [entry for document in documents() for entry in document.get(kind, [])]


@cache
def documents() -> tuple[dict[str, list[Entry]], ...]:
    """Every file of the inventory, read once: parsing them takes about two seconds."""
    return tuple(tomllib.loads(path.read_text("utf-8")) for path in sorted(CONTENT.rglob("*.toml")))


def cells(programmes: Iterable[Entry]) -> Counter[tuple[str, str]]:
    """How many offers in each cell, by (nature, stage); an offer may sit in several."""
    return Counter((nature, stage) for one in programmes for nature in one["natures"] for stage in one["stages"])


def figures() -> str:
    """The block of Markdown that holds every figure of the page."""
    programmes, links = entries("programme"), entries("articulation")
    categories = {slug for one in programmes for slug in one.get("categories", [])}
    with CATEGORIES.open(encoding="utf-8", newline="") as stream:
        known = sum(1 for _ in csv.DictReader(stream))
    carriers = {slug for one in programmes for slug in one["operators"]}
    rows = [
        ("offres distinctes", len(programmes)),
        ("organisations", len(entries("organisation"))),
        ("organisations qui portent au moins une offre", len(carriers)),
        ("articulations attestées par une page publique", len(links)),
        ("offres de catalyse", sum("CATALYST" in one["natures"] for one in programmes)),
        ("offres généralistes", sum(bool(one.get("generalist")) for one in programmes)),
        ("offres limitées à une partie du pays", sum(one["zone"] != ["PAYS-99100"] for one in programmes)),
        ("offres qui disent au moins un « à vérifier »", sum(is_doubtful(one) for one in programmes)),
        (f"catégories servies, sur {known}", len(categories)),
    ]
    counts = cells(programmes)
    return "\n".join(
        [
            "| quoi | combien |",
            "|---|---:|",
            *(f"| {label} | {count} |" for label, count in rows),
            "",
            f"| nature | {' | '.join(STAGES.values())} |",
            f"|---|{'---:|' * len(STAGES)}",
            *(
                f"| {label} | {' | '.join(str(counts[code, stage]) for stage in STAGES)} |"
                for code, label in NATURES.items()
            ),
        ]
    )


def is_doubtful(programme: Entry) -> bool:
    """True when a sentence of the sheet says that something remains to be checked."""
    return any("à vérifier" in str(value) for value in programme.values())


def rewritten(page: str) -> str:
    """The page with its figures counted again."""
    before, rest = page.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n{figures()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf-8")), encoding="utf-8")
