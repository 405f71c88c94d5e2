"""Write `docs/sources/importations.md` from the registry of sources.

Usage: `python scripts/build_source_page.py [--check]`.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from maillage.connectors.registry import REGISTRY  # noqa: E402 - the path comes first

TARGET = ROOT / "docs/sources/importations.md"
PACKS = ROOT / "src/maillage/harvest/packs.toml"
OPENING = """# Les sources que l’on sait importer

Page écrite par `scripts/build_source_page.py` à partir du registre (`src/maillage/connectors/registry.py`). Les
particularités de chaque source sont dans le README de son dossier. Pour importer : `docs/guide/importer.md`.

| source | nom pour `--source` | donne | licence | rythme de la source | fiches | fichier du paquet, à la date du |
|---|---|---|---|---|---|---|
"""
STATES = {"published": "publiées", "archived": "archivées", "review": "à relire par une personne"}
GIVES = {
    "programme": "programmes",
    "grant": "projets financés",
    "organisation": "acteurs locaux",
    "presence": "lieux où un programme est à l’œuvre",
}


def page() -> str:
    """The whole page."""
    packs = {entry["connector"]: entry for entry in tomllib.loads(PACKS.read_text(encoding="utf-8"))["pack"]}
    lines = []
    for connector in REGISTRY.values():
        pack = packs.get(connector.slug)
        file = f"`{pack['file']}`, {pack['as_of']:%d/%m/%Y}" if pack else "—"
        name = f"[{connector.name}]({connector.url})" if connector.url else connector.name
        gives = GIVES[connector.gives]
        cells = (name, f"`{connector.slug}`", gives, connector.licence or "celle du fichier", connector.rhythm)
        lines.append("| " + " | ".join((*cells, STATES[connector.status], file)) + " |\n")
    return OPENING + "".join(lines)


def main() -> int:
    """Write the page, or with `--check` say whether it is fresh."""
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.read_text(encoding="utf-8") == page() else 1
    TARGET.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
