"""Draws the titles of the French gold set of goals: real funded projects, in strata, always the same ones.

    python -m scripts.sample_odd_gold ../shared/data            # the identifiers drawn, in order
    python -m scripts.sample_odd_gold ../shared/data --titles 2 # titles for the second pass, in another order

Titles are printed to be read, never stored here. Guide of the labels: docs/method/odd_gold.md.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SEED = 20261122
FONDS_VERT, DOTATIONS = "besoins_fonds_vert", "besoins_detr_dsil"
FILES = {FONDS_VERT: "fonds_vert_2023_projets.csv.gz", DOTATIONS: "projets_dotations_2018_2019.csv.gz"}
COLUMNS = {FONDS_VERT: ("numero_dossier_ds", "nom_du_projet"), DOTATIONS: ("id", "description")}
STRATA = {FONDS_VERT: "nom_region", DOTATIONS: "categorie"}
WANTED = 170
"""Titles drawn from each pack, as evenly over its strata as they allow."""
SHORTEST = 8
"""Characters: below, a title says nothing."""


def drawn(folder: Path) -> list[tuple[str, str, str]]:
    """(pack, identifier, title) of every title of the set: those drawn whose identifier no other row bears."""
    borne = Counter((pack, row[COLUMNS[pack][0]]) for pack in FILES for row in _rows(folder, pack))
    return [row for row in _all_drawn(folder) if borne[row[:2]] == 1]


def _all_drawn(folder: Path) -> list[tuple[str, str, str]]:
    return [(pack, *row) for pack in FILES for row in _drawn(folder, pack)]


def titles(folder: Path) -> dict[tuple[str, str], str]:
    """(pack, identifier) → title, of every row of the packs."""
    return {(pack, row[COLUMNS[pack][0]]): row[COLUMNS[pack][1]] for pack in FILES for row in _rows(folder, pack)}


def _drawn(folder: Path, pack: str) -> list[tuple[str, str]]:
    key, title = COLUMNS[pack]
    strata: dict[str, list[tuple[str, str]]] = {}
    for row in _rows(folder, pack):
        if len(row[title].strip()) >= SHORTEST:
            strata.setdefault(row[STRATA[pack]], []).append((row[key], row[title]))
    chance = random.Random(SEED)
    for name in sorted(strata):
        chance.shuffle(strata[name])
    found: list[tuple[str, str]] = []
    seen: set[str] = set()
    while len(found) < WANTED and any(strata.values()):
        for name in sorted(strata):
            if strata[name] and len(found) < WANTED:
                row = strata[name].pop()
                if row[1].casefold() not in seen:
                    seen.add(row[1].casefold())
                    found.append(row)
    return found


def _rows(folder: Path, pack: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder / pack / FILES[pack], "rt", encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def main() -> None:
    """Print the set, or its titles in the order of a pass."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--titles", type=int, default=0, help="number of the pass")
    said = parser.parse_args()
    found = _all_drawn(said.folder)
    if said.titles:
        random.Random(SEED + said.titles).shuffle(found)
    for number, (pack, key, title) in enumerate(found, start=1):
        cells = [number, " ".join(title.split())] if said.titles else [pack, key]
        sys.stdout.write("\t".join(map(str, cells)) + "\n")


if __name__ == "__main__":
    main()
