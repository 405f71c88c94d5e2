"""Other systems' labels find our categories."""

import json

import pytest

from maillage.core.vocabulary import categories
from maillage.core.vocabulary.crosswalk import CONFIDENCES, categories_of, category_of, correspondences, labels_of


def test_every_row_names_a_category_and_a_confidence_of_ours_once():
    rows = correspondences()

    assert {row.category for row in rows} <= set(categories())
    assert {row.confidence for row in rows} == set(CONFIDENCES)
    assert len({(row.vocabulary, row.label, row.category) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("vocabulary", "label", "expected"),
    [
        ("communs", "Réseau de chaleur", "reseaux-de-chaleur"),
        ("communs", "RESEAU DE CHALEUR", "reseaux-de-chaleur"),
        (
            "communs",
            "Changement des fenêtres/portes d’un bâtiment public",
            "economie-d-energie-et-renovation-energetique",
        ),
        ("data_inclusion", "sante--acces-aux-soins", "sante"),
        ("banatic", "45", "tourisme"),
        ("aides_agri", "Agriculture", "agriculture-et-agroalimentaire"),
        ("ile_de_france", "Action sociale", "cohesion-sociale-et-inclusion"),
        ("ademe_agir", "Energie > Solaire", "transition-energetique"),
        ("ademe_agir", "Solaire", "transition-energetique"),
        ("communs", "Recette de cuisine", None),
        ("nowhere", "Réseau de chaleur", None),
    ],
)
def test_a_label_finds_its_category_however_it_is_typed(vocabulary, label, expected):
    assert category_of(vocabulary, label) == expected


def test_a_label_that_holds_several_subjects_gives_them_all():
    assert [row.category for row in categories_of("banatic", "15")] == ["eau-potable", "assainissement-des-eaux"]


def test_the_surest_comes_first_both_ways():
    rows = labels_of("communs", "reseaux-de-chaleur")

    assert rows[0].label == "Réseau de chaleur"
    assert [CONFIDENCES.index(row.confidence) for row in rows] == sorted(
        CONFIDENCES.index(row.confidence) for row in rows
    )


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "vocabulary", "read"),
    [
        ("communs.json", "communs", lambda pack: pack["vocabularies"]["thematiques"]["values"]),
        ("data_inclusion.json", "data_inclusion", lambda pack: _values(pack["vocabularies"]["thematiques"]["values"])),
        ("aides_agri.json", "aides_agri", lambda pack: _sectors(pack)),
    ],
    ids=["communs", "data_inclusion", "aides_agri"],
)
def test_every_label_of_the_source_is_matched(shared_data, file, vocabulary, read):
    pack = json.loads((shared_data.parent / "vocab" / file).read_text(encoding="utf-8"))

    assert [label for label in read(pack) if category_of(vocabulary, label) is None] == []


def _values(rows):
    return [row["value"] for row in rows]


def _sectors(pack):
    return [row["code"] for row in pack["vocabularies"]["Secteur"]["values"] if row["code"] != "Tous"]
