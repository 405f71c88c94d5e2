"""Which document answers a need best, and why."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maillage.core.lexicon.expansion import spelt_out
from maillage.core.ranking import PARTS, Collection, Document, rank, scored, scores
from maillage.core.ranking.decisions import Decision, Decisions, taught
from maillage.core.ranking.learned import learned_words
from maillage.core.ranking.letters import Letters
from maillage.core.ranking.mixture import evened, total
from maillage.core.ranking.steps import NEITHER, STUDY, WORKS, light_words, step_said
from maillage.core.ranking.words import by_word, neighbours
from maillage.core.text import stem, stems
from maillage.core.weighing import weight

STUDIES = Document(
    key="etude", title="Étude de faisabilité d’une chaufferie bois", body="Un bureau compare les énergies."
)
BOILER = Document(key="chaufferie", title="Installation d’une chaufferie bois", body="Subvention des travaux.")
LIGHTS = Document(key="lumiere", title="Rénovation des lampadaires", body="Remplacer les ampoules de la commune.")
SCHOOL = Document(key="ecole", title="Isolation de l’école", body="Murs, toiture et fenêtres des bâtiments scolaires.")
DOCUMENTS = (STUDIES, BOILER, LIGHTS, SCHOOL)


@pytest.fixture(scope="module")
def collection() -> Collection:
    return Collection(DOCUMENTS)


def best(need: str, collection: Collection) -> str:
    return rank(need, collection)[0].document.key


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ("étude pour une chaufferie au bois", "etude"),
        ("construire une chaufferie bois", "chaufferie"),
        ("changer les luminaires du village", "lumiere"),
        ("isoler le groupe scolaire", "ecole"),
        ("isolaton des batiment scolaire", "ecole"),
    ],
    ids=["study", "works", "a neighbour", "a family", "mistyped"],
)
def test_the_document_that_serves_comes_first(need, expected, collection):
    assert best(need, collection) == expected


def test_a_word_is_met_by_its_learned_neighbour_and_no_more_than_itself(collection):
    found = neighbours([stem("luminaires")], collection)[stem("luminaires")]

    assert collection.column(stem("lampadaires")) in found.columns
    assert max(found.worth) < 1

    with_neighbours = by_word(stems("luminaires"), collection, thesaurus=False)
    alone = by_word(stems("luminaires"), collection, learned=False, thesaurus=False)
    assert with_neighbours[stem("luminaires")][2] > 0
    assert alone[stem("luminaires")].sum() == 0


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("PCAET", "un plan climat air énergie territorial"),
        ("plan climat air énergie territorial", "le PCAET"),
        ("voie douce", "une piste cyclable"),
    ],
    ids=["an acronym", "its meaning", "a synonym"],
)
def test_a_word_is_met_by_all_the_words_of_another_way_to_say_it(asked, written):
    collection = Collection([Document(key="oui", title=written), Document(key="non", title="la piscine")])

    found = sum(by_word(stems(asked), collection, learned=False).values())
    alone = sum(by_word(stems(asked), collection, learned=False, thesaurus=False).values())

    assert found[0] > 0 == found[1]
    assert np.sum(alone) == 0


def test_what_opens_a_long_need_counts_twice(collection):
    rest = "mur " * 40
    opening, ending = by_word(stems("bois " + rest), collection), by_word(stems(rest + "bois"), collection)

    assert np.allclose(opening[stem("bois")], 2 * ending[stem("bois")])


def test_a_place_is_not_read_as_letters(collection):
    points = [one.points["letters"] for one in rank("isolation à Lampadaire-sur-Mer", collection)]
    bare = [one.points["letters"] for one in rank("isolation à", collection)]

    assert points == pytest.approx(bare)


def test_a_word_that_does_not_say_the_object_counts_less():
    works = Document(key="chantier", title="Construction d’une déchèterie")
    object_said = Document(key="objet", title="Ouvrir une recyclerie")
    both = Collection([works, object_said])
    need = "projet de construction de recyclerie"

    assert light_words(need, stems(need)) == {stem("projet"), stem("construction")}
    told, bare = scored(need, both), scored(need, both, without=["light"])
    share = weight("ranking", "light")
    assert told.met[stem("construction")].points[0] == pytest.approx(share * bare.met[stem("construction")].points[0])
    assert told.met[stem("recyclerie")].points[1] == bare.met[stem("recyclerie")].points[1]
    assert rank(need, both)[0].document.key == "objet"


def test_an_acronym_is_read_in_full_by_its_letters():
    texts = [Document(key="eau", title="chauffe-eau sanitaires"), Document(key="route", title="voirie communale")]
    both = Collection(texts)

    assert spelt_out(stems("ECS solaire, PCAET")) == "eau chaude sanitaire, plan climat air énergie territorial"
    told, bare = scores("ECS", both)["letters"], scores("ECS", both, without=["thesaurus"])["letters"]
    assert told[0] > told[1]
    assert bare[0] == bare[1]


def test_a_word_said_twice_weighs_twice(collection):
    once, twice = by_word(stems("bois"), collection), by_word(stems("bois bois"), collection)

    assert np.allclose(twice[stem("bois")], 2 * once[stem("bois")])


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("Étude de faisabilité", STUDY),
        ("Étude de faisabilité pour la construction d’une salle", STUDY),
        ("Construction d’une salle", WORKS),
        ("Salle des fêtes", NEITHER),
        ("", NEITHER),
    ],
)
def test_a_title_offers_a_study_or_works(text, step):
    assert step_said(text) == step


def test_each_part_can_be_left_out_and_the_points_add_up(collection):
    need = "étude pour une chaufferie au bois"
    whole = scores(need, collection)

    assert tuple(whole) == PARTS
    for part in PARTS:
        left = scores(need, collection, without=[part])
        assert set(left) == set(PARTS) - {part}
    first = rank(need, collection)[0]
    assert first.total == pytest.approx(total(whole, collection).max())


def test_letters_forgive_a_mistake():
    letters = Letters(["rénovation de la mairie", "covoiturage"])

    found = letters.likeness("rénovaton mairi")
    assert found[0] > 0.4 > found[1]


def test_the_same_text_is_like_itself_entirely():
    assert Letters(["rénovation", "autre chose"]).likeness("Rénovation !")[0] == pytest.approx(1)


@pytest.mark.parametrize("need", ["", "…", "zzyzx", "12", "🌱"])
def test_a_need_that_says_nothing_known_ranks_without_failing(need, collection):
    assert len(rank(need, collection)) == len(DOCUMENTS)


def test_an_empty_text_among_documents_disturbs_nothing():
    collection = Collection([*DOCUMENTS, Document(key="vide", title="")])

    assert best("isoler l’école", collection) == "ecole"


@settings(max_examples=25, deadline=None)
@given(st.permutations(DOCUMENTS))
def test_the_order_of_the_documents_changes_nothing(documents):
    need = "isoler l’école et changer la chaufferie"
    points = {one.document.key: one.total for one in rank(need, Collection(documents))}
    expected = {one.document.key: one.total for one in rank(need, Collection(DOCUMENTS))}

    assert points == pytest.approx(expected)


@example([699050.8786088733] * 3)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_evened_values_have_no_mean_and_keep_their_order(values):
    found = evened(np.array(values))

    assert abs(found.mean()) < 1e-6
    order = np.argsort(values, kind="stable")
    assert (np.diff(found[order]) >= -1e-9).all()


def test_learned_vectors_have_length_one():
    learned = learned_words()

    assert np.allclose(np.linalg.norm(learned.vectors, axis=1), 1, atol=1e-5)
    assert len(learned.numbers) == len(learned.vectors) == len(learned.weights) > 5000


def test_past_decisions_move_what_they_teach_and_show_why(collection):
    past = [Decision("remise en état du préau", {"lumiere"}), Decision("préau de la cour", {"lumiere"})]
    past += [Decision("chauffer la mairie au bois", {"chaufferie"})]
    decisions = Decisions(past, collection)
    need = "un nouveau préau"

    before = scores(need, collection)
    after = taught(before, need, decisions)
    place = [document.key for document in DOCUMENTS].index("lumiere")
    assert np.argmax(after["history"]) == place
    assert [one.need for one in decisions.nearest(need, "lumiere")] == ["préau de la cour", "remise en état du préau"]
    assert decisions.nearest(need, "ecole") == []


def test_the_sense_of_a_title_tells_apart_two_texts_that_say_the_same():
    body = "Une aide de la région, un guichet, une date de dépôt."
    lamps = Document(key="lampes", title="Rénovation des lampadaires", body=body)
    pupils = Document(key="eleves", title="Accueil des élèves", body=body)
    collection = Collection([pupils, lamps])

    found = scores("luminaires", collection)["sense"]

    assert found[1] > found[0]
    assert not Collection([Document(key="rien", title="", body=body)]).title_senses.any()
