"""Print the lines of a partner's mapping.csv that say which of its words is which of ours.

Usage: `python -m scripts.partner_words PARTNER --vocab ../shared/vocab` with PARTNER among those of `PARTNERS`.
The matching of words was made by the team of Aides-territoires (MTES-MCT/aides-territoires, `src/dataproviders/data`,
ISC licence). These are facts: which label means which; nothing of the code or of the texts is taken.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from maillage.core.text import fold
from maillage.core.vocabulary import categories

FILE = "aides_territoires_import_mappings.json"
PARTNERS = {
    "departement_manche": {"departement_manche_categories": ("categories", "categories", 1)},
    "ile_de_france_guide": {
        "ile_de_france_categories": ("competences/title", "categories", 0),
        "ile_de_france_audiences": ("publicsBeneficiaire/title", "audiences", 0),
    },
    "ademe_agir": {
        "ademe_agir_categories": ("thematiques", "categories", 3),
        "ademe_agir_audiences": ("cible_projet", "audiences", 0),
    },
    "ministere_culture": {
        "ministere_de_la_culture_categories": ("eztag_theme", "categories", 0),
        "ministere_de_la_culture_audiences": ("publics", "audiences", 0),
    },
    "welcomeurope": {
        "welcome_europe_categories": ("secteurs", "categories", 0),
        "welcome_europe_audiences": ("publics", "audiences", 0),
    },
}
"""By partner, then by table of theirs: our column, our field, and the place of their word in its rows."""
AUDIENCES = {
    "communes": "commune",
    "intercommunalites / pays": "epci",
    "departements": "department",
    "regions": "region",
    "collectivites d'outre-mer a statuts particuliers": "special",
    "associations": "association",
    "particuliers": "private_person",
    "agriculteurs": "farmer",
    "entreprises privees": "private_sector",
    "entreprises publiques locales (sem, spl, semop)": "public_cies",
    "etablissements publics (ecoles, bibliotheques…) / services de l'etat": "public_org",
    "etablissements publics (ecoles, bibliotheques...) / services de l'etat": "public_org",
    "recherche": "researcher",
}


def lines(partner: str, vocab: Path) -> Iterator[tuple[str, ...]]:
    """The lines of the mapping, in the order of their tables, each word once."""
    tables = json.loads((vocab / FILE).read_text(encoding="utf-8"))["files"]
    ours = {fold(found.label): code for code, found in categories().items()} | AUDIENCES
    for name, (column, target, place) in PARTNERS[partner].items():
        table = tables[f"{name}_mapping.csv"]
        seen: set[str] = set()
        for row in table["rows"]:
            word = _word(row, place)
            if not word or fold(word) in seen:
                continue
            seen.add(fold(word))
            said = [fold(cell) for cell, head in zip(row, table["header"], strict=False) if " AT " in head]
            codes = dict.fromkeys(ours[cell] for cell in said if cell in ours)
            yield (column, word, target, "|".join(codes), "", "", "", "")


def _word(row: list[str], place: int) -> str:
    """Their word; the theme's own code (two cells before) where the row has no sub-theme."""
    cells = [*row, *[""] * 4]
    return (cells[place] or (cells[1] if place == 3 else "")).strip()


def main() -> None:
    """Print them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("partner", choices=PARTNERS)
    asked.add_argument("--vocab", type=Path, default=Path("../shared/vocab"))
    told = asked.parse_args()
    csv.writer(sys.stdout, lineterminator="\n").writerows(lines(told.partner, told.vocab))


if __name__ == "__main__":
    main()
