"""The guide tells the truth about mappings, bounds and exits."""

from __future__ import annotations

import re
from pathlib import Path

from maillage.cli.importer import HELP, ImportExit
from maillage.connectors.fields import FIELDS
from maillage.connectors.limits import MEGABYTE, USUAL
from maillage.connectors.mapping import COLUMNS, read_mapping

GUIDE = (Path(__file__).resolve().parents[2] / "docs/guide/importer.md").read_text(encoding="utf-8")


def test_the_example_of_the_guide_is_a_mapping():
    blocks = re.findall(r"```\n(.*?)```", GUIDE, flags=re.DOTALL)
    example = next(block for block in blocks if block.startswith("colonne;"))

    mapping = read_mapping(example, name="guide")

    assert {"Référence", "Intitulé", "Nature", "Objet"} <= mapping.columns
    assert example.splitlines()[0].split(";") == list(COLUMNS)


def test_every_field_a_mapping_may_fill_is_in_the_guide():
    assert [name for name in FIELDS if f"`{name}`" not in GUIDE] == []


def test_every_exit_is_in_the_guide_and_in_the_help():
    for ending in ImportExit:
        assert f"| {ending.value} |" in GUIDE
        assert f"{ending.value} " in HELP


def test_the_bounds_of_the_guide_are_those_of_the_code():
    assert USUAL.file_bytes == 200 * MEGABYTE
    assert USUAL.unpacked_bytes == 400 * MEGABYTE
    assert (USUAL.cell_characters, USUAL.depth) == (100_000, 40)
    for words in ("fichier de 200 Mo", "cellule de 100 000 caractères", "classeur de 400 Mo", "sur 40 niveaux"):
        assert words in GUIDE.replace("\n", " ")
