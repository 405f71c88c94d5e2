"""Write the 17 goals and the 169 targets of the Agenda 2030 as two tables, in French and English.

    python scripts/build_goals.py ../shared/data      → src/maillage/core/facts/goals.csv and targets.csv

Official labels, word for word; only spaces, quotes and stray punctuation are mended. Source and licence:
`core/facts/SOURCES.md`.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "src/maillage/core/facts"
MENDED = {"Travaux décent": "Travail décent", "Energies propres": "Énergies propres"}
"""Two typing mistakes of the pack, against the official French names."""
TO_CHECK = "à vérifier"
"""Written where the pack has no official label: nothing is invented."""


def tidy(text: str) -> str:
    """One space between words, typographic apostrophes and hyphens as everywhere else."""
    plain = " ".join(text.split()).replace("'", "’").replace("\u2010", "-").replace("\u2011", "-")
    for wrong, right in MENDED.items():
        plain = plain.replace(wrong, right)
    plain = re.sub(r'"([^"]*)"', r"« \1 »", plain) if re.search("[àéèê]|zéro", plain) else plain
    return plain.rstrip(" .;") or TO_CHECK


def order(code: str) -> tuple[int, int, str]:
    """1.1, 1.2, … 1.10, 1.a."""
    goal, _, rest = code.partition(".")
    return int(goal), 1 if rest.isalpha() else 0, rest.zfill(2)


def write(name: str, header: list[str], rows: list[list[str]]) -> None:
    """One table."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(packs: Path) -> None:
    """Read the pack of official labels and write both tables."""
    told = json.loads((packs / "odd_officiel/odd_fr_en.json").read_text(encoding="utf-8"))
    fields = ("short_fr", "title_fr", "short_en", "title_en")
    goals = [
        [code, *(tidy(told["goals"][code].get(name, "")) for name in fields)] for code in sorted(told["goals"], key=int)
    ]
    targets = [
        [code, *(tidy(told["targets"][code].get(language, "")) for language in ("fr", "en"))]
        for code in sorted(told["targets"], key=order)
    ]
    write("goals.csv", ["goal", *fields], goals)
    write("targets.csv", ["target", "fr", "en"], targets)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
