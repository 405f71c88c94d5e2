"""What a table may mean: guesses from names, from looks, from our labels; and the file they make."""

from __future__ import annotations

import pytest

from maillage.connectors.fields import FIELDS
from maillage.connectors.guessing import RuleRow, guess_code, guess_fields, mapping_text, usual_names
from maillage.connectors.mapping import read_mapping


def test_usual_names_are_of_fields_that_exist():
    assert set(usual_names()) <= set(FIELDS)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["Intitulé", "Porteur", "Thématiques"], ["title", "operator", "categories"]),
        (["ID", "NOM DE L'AIDE", "Date_de_clôture"], ["origin_id", "title", "closes_on"]),
        (["Titre", "Nom"], ["title", None]),
        (["Bénéficiaires (liste)", "Description longue"], ["audiences", "description"]),
        (["zzz"], [None]),
    ],
    ids=["usual", "case and underscores", "once only", "words inside", "nothing"],
)
def test_a_column_is_known_by_its_name(columns, expected):
    found = guess_fields(columns, {})

    assert [found.get(column) for column in columns] == expected


def test_a_column_is_known_by_what_its_cells_look_like():
    samples = {"a": ["https://exemple.test/1", "https://exemple.test/2"], "b": ["31/12/2026"], "c": ["mot", ""]}

    assert guess_fields(["a", "b", "c"], samples) == {"a": "source_url", "b": "closes_on"}


@pytest.mark.parametrize(
    ("field", "word", "expected"),
    [
        ("aid_types", "Subvention", "grant"),
        ("audiences", "commune", "commune"),
        ("audiences", "Communes", "commune"),
        ("stages", "EMERGENCE", "EMERGENCE"),
        ("aid_types", "Machin", ""),
        ("title", "Subvention", ""),
    ],
)
def test_a_word_becomes_our_code_when_a_label_is_the_same(field, word, expected):
    assert guess_code(field, word) == expected


def test_the_file_made_reads_back_whatever_the_cells_hold():
    rows = [
        RuleRow(column='Titre "long"; suite', field="title"),
        RuleRow(column="Type", field="aid_types", value="Don; legs", becomes="grant", separator="\n"),
        RuleRow(column="", field="zones", becomes="DEP-62", mode="si vide"),
    ]

    read = read_mapping(mapping_text(rows), name="essai.csv")

    assert [(group.column, group.field) for group in read.groups] == [
        ('Titre "long"; suite', "title"),
        ("Type", "aid_types"),
        ("", "zones"),
    ]
    assert read.groups[1].first.separators == ("\n",)
    assert read.groups[2].first.only_if_empty
