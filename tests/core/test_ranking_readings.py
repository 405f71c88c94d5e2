"""What an index reads of documents ranks them as their texts do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.core.ranking import Collection, Document, Said, scored, scores
from maillage.core.ranking.learned import learned_words
from maillage.core.ranking.readings import laid, read
from maillage.core.ranking.selection import Selection, letters_lengths
from maillage.core.ranking.statistics import nothing
from maillage.core.ranking.steps import STUDY, WORKS
from maillage.core.text import stem
from maillage.core.vocabulary import categories

DOCUMENTS = (
    Document(key="etude", title="Étude de faisabilité d’une chaufferie bois", body="Un bureau compare les énergies."),
    Document(key="bois", title="Installation d’une chaufferie bois", body="Subvention des travaux."),
    Document(key="lumiere", title="Rénovation des lampadaires", body="Remplacer les ampoules de la commune."),
    Document(key="ecole", title="Isolation de l’école", keywords="groupe scolaire", body="Murs, toiture et fenêtres."),
    Document(key="vide", title=""),
)
NEEDS = (
    "étude pour une chaufferie au bois",
    "changer les luminaires du village",
    "isolaton du batiment scolaire",
    "étude pour l’ECS de l’école",
    "",
    "zzyzx",
)


def selection(documents, rows=None) -> Selection:
    table = laid([read(document) for document in documents])
    statistics = nothing().plus(table)
    table.heads["letters_length"] = letters_lengths(table, statistics.letters_rarity)
    return Selection(table, statistics, range(len(documents)) if rows is None else rows)


@pytest.mark.parametrize("need", NEEDS)
def test_the_same_points_from_texts_and_from_readings(need):
    texts, readings = scores(need, Collection(DOCUMENTS)), scores(need, selection(DOCUMENTS))

    assert list(texts) == list(readings)
    for part, points in texts.items():
        assert readings[part] == pytest.approx(points, abs=0.01), part


def test_statistics_read_by_portions_are_those_of_the_whole():
    first, second = laid([read(one) for one in DOCUMENTS[:2]]), laid([read(one) for one in DOCUMENTS[2:]])
    whole, portions = nothing().plus(laid([read(one) for one in DOCUMENTS])), nothing().plus(first).plus(second)

    assert whole.count == portions.count == len(DOCUMENTS)
    for name in ("words", "holding", "lengths", "letters", "sense"):
        assert np.allclose(getattr(whole, name), getattr(portions, name)), name


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(DOCUMENTS))))
def test_the_order_of_the_rows_changes_nothing(rows):
    need = "isoler l’école et changer la chaufferie"
    expected = scored(need, selection(DOCUMENTS)).totals

    assert scored(need, selection(DOCUMENTS, rows)).totals == pytest.approx(expected[list(rows)], abs=1e-6)


def test_the_rarity_of_a_word_is_that_of_the_index_whatever_is_selected():
    some = selection(DOCUMENTS, [0, 1])
    assert some.rarity[some.column("bois")] == pytest.approx(Collection(DOCUMENTS).rarity.min(), abs=1)
    assert some.column("zzyzx") == -1


def test_the_learned_word_that_stands_for_an_absent_one_is_named():
    met = scored("luminaires", selection(DOCUMENTS)).met[stem("luminaires")]

    standing = list(learned_words().numbers)[met.by[2]]
    assert standing == stem("lampadaires")
    assert met.by[3] == -1
    assert met.points[3] == 0


def test_what_the_person_says_replaces_what_their_words_say():
    need = "une chaufferie"
    for step, best in ((STUDY, 0), (WORKS, 1)):
        found = scored(need, selection(DOCUMENTS), said=Said(themes={}, step=step))
        assert int(np.argmax(found.totals)) == best


def test_the_themes_a_sheet_states_replace_those_its_words_say():
    code, other = list(categories())[:2]
    table = laid([read(DOCUMENTS[3], themes=(code,)), read(DOCUMENTS[3])])
    found = Selection(table, nothing().plus(table), [0, 1])

    assert found.stated.tolist() == [True, False]
    assert found.shared_themes({code: 2.0, other: 0.0}).tolist() == [1.0, 0.0]
