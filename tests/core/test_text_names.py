"""Names of places and people are told from words by the way they are written."""

from __future__ import annotations

import pytest

from maillage.core.text import names_placed, stems, without_names

KNOWN = set(stems("gymnase salle commune rénovation centre-bourg quartier été maison agriculture saint mont"))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Rénovation du gymnase de Saint-Selve", "Rénovation du gymnase de"),
        ("la salle à Plougastel", "la salle à"),
        ("le Centre-Bourg et la Maison", "le Centre-Bourg et la Maison"),
        ("Gymnaze de Xertigny. Rénovaton de la salle", "Gymnaze de . Rénovaton de la salle"),
        ("rénovaton du gymnaze", "rénovaton du gymnaze"),
        ("RÉNOVATION DU GYMNASE DE XERTIGNY", "RÉNOVATION DU GYMNASE DE XERTIGNY"),
        ("l’Île-Rousse", "l’"),
        ("", ""),
    ],
    ids=["compound", "one word", "known words", "a capital opens", "a mistake", "all capitals", "elided", "empty"],
)
def test_a_name_goes_and_a_word_or_a_mistake_stays(text, left):
    found = without_names(text, KNOWN.__contains__)

    assert len(found) == len(text)
    assert " ".join(found.split()) == left


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("réhabiliter la friche de Nexon en tiers-lieu", ["Nexon"]),
        ("un gîte au Mans, à La Rochelle et à l’Île-d’Yeu", ["Mans", "La Rochelle", "Île-d’Yeu"]),
        ("rénover l'école d'Aixe-sur-Vienne", ["Aixe-sur-Vienne"]),
        ("École de Saint Just le Martel", ["Saint Just le Martel"]),
        ("candidater à Action Cœur de Ville", ["Action Cœur de Ville"]),
        ("le programme Action Cœur de Ville", []),
        ("L’ÉCOLE DE NEXON", []),
        ("une friche de nexon", []),
    ],
    ids=["simple", "articles", "elided", "after an opening", "a whole name", "the end of a title", "capitals", "none"],
)
def test_a_place_is_named_after_a_preposition_with_a_capital(text, names):
    assert [text[start:end] for start, end in names_placed(text)] == names
