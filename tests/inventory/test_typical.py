"""The typical needs are complete, ours, distinct, cover every theme, and say nothing they could not know."""

import re
import tomllib
from collections import Counter

import pytest
from rapidfuzz import fuzz, process

from maillage.core import vocabulary as known
from maillage.core.tagging import understand
from maillage.core.typical import PlaceKind, Referents
from maillage.inventory.typical import FOLDER, by_theme, referents, typical_needs

NEEDS = typical_needs()
MINIMUM = 120
MINIMUM_PER_THEME = 7
# From 0 to 100, over titles and over what is forgotten.
TOO_CLOSE = 80
FIELDS = set("slug title intention objet categories stages competences sdg places words forgotten".split())
INTENTIONS = set(
    "créer rénover aménager préserver organiser accompagner connaître développer protéger mutualiser sensibiliser "
    "reconvertir produire réduire restaurer reprendre".split()
)


def sentences(need):
    return [need.title, need.objet, *need.words, *need.forgotten]


def test_every_typical_need_is_complete_and_has_no_unknown_field():
    entries = [entry for path in FOLDER.glob("*.toml") for entry in tomllib.loads(path.read_text("utf-8"))["typical"]]

    assert len(entries) == len(NEEDS) >= MINIMUM
    assert [entry["slug"] for entry in entries if set(entry) != FIELDS or not all(entry.values())] == []
    assert [slug for slug, count in Counter(need.slug for need in NEEDS).items() if count > 1] == []
    assert [need.slug for need in NEEDS if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", need.slug)] == []


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        ("categories", set(known.categories())),
        ("stages", set(known.Stage.codes())),
        ("competences", set(known.competences())),
        ("places", set(PlaceKind.codes())),
        ("sdgs", {str(goal) for goal in range(1, 18)}),
    ],
)
def test_their_words_belong_to_the_shared_vocabulary(field, codes):
    assert [(need.slug, set(getattr(need, field)) - codes) for need in NEEDS if set(getattr(need, field)) - codes] == []
    assert [need.slug for need in NEEDS if len(set(getattr(need, field))) < len(getattr(need, field))] == []


def test_intentions_are_few_and_each_list_has_a_sensible_length():
    assert {need.intention for need in NEEDS} <= INTENTIONS
    assert [need.slug for need in NEEDS if not 1 <= len(need.categories) <= 3] == []
    assert [need.slug for need in NEEDS if not 8 <= len(need.words) <= 14] == []
    assert [need.slug for need in NEEDS if len(set(need.words)) < len(need.words)] == []
    assert [need.slug for need in NEEDS if len(need.forgotten) < 2] == []
    assert [need.slug for need in NEEDS if not 12 <= len(need.title) <= 80] == []


def test_every_theme_is_served_and_every_category_named():
    served = {theme: len(held) for theme, held in by_theme(NEEDS).items()}

    assert set(served) == set(known.themes())
    assert min(served.values()) >= MINIMUM_PER_THEME
    assert set(known.categories()) == {code for need in NEEDS for code in need.categories}


def test_no_title_and_no_sentence_is_nearly_another():
    for texts in ([need.title.lower() for need in NEEDS], [text.lower() for need in NEEDS for text in need.forgotten]):
        scores = process.cdist(texts, texts, scorer=fuzz.token_sort_ratio)
        close = [
            (texts[row], texts[column], round(float(scores[row, column])))
            for row in range(len(texts))
            for column in range(row)
            if scores[row, column] >= TOO_CLOSE
        ]

        assert close == []


def test_french_is_written_with_its_signs_and_sentences_end():
    wrong = re.compile(r"['\"]|  | ,|\.\.\.|[a-zà-ÿ0-9][;!?](\s|$)|[a-zà-ÿ]:\s|[«]\S|\S[»]")

    assert [(need.slug, text) for need in NEEDS for text in sentences(need) if wrong.search(text)] == []
    assert [text for need in NEEDS for text in need.forgotten if not text.endswith((".", "?"))] == []
    assert [need.title for need in NEEDS if need.title.endswith(".")] == []


def test_nothing_is_said_in_figures():
    figure = re.compile(r"\d")

    said = [(need.slug, text) for need in NEEDS for text in sentences(need) if figure.search(text)]

    assert [pair for pair in said if pair[1] not in ("agenda 2030", "zone 30")] == []


def test_the_first_subject_of_each_is_what_its_words_say():
    """Title and words read together speak of one of its subjects, but for a few whose words say something wider."""
    lost = [
        need.slug
        for need in NEEDS
        if not {tag.code for tag in understand(", ".join((need.title, *need.words))).categories} & set(need.categories)
    ]

    assert len(lost) <= len(NEEDS) // 25


def _near(text):
    near = referents().near(text)
    return near.need.slug if near else ""


def test_the_title_of_each_leads_to_itself():
    lost = [need.slug for need in NEEDS if _near(need.title) != need.slug]

    assert lost == []


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("rénover l’école", "renover-lecole"),
        ("plus de médecin dans le village", "faire-venir-un-medecin"),
        ("une navette solidaire pour les personnes sans voiture", "navette-solidaire"),
        ("isoler la salle des fêtes", "transformer-la-salle-des-fetes"),
        ("réparer le clocher", "sauver-leglise"),
        ("on voudrait un terrain de skate", "terrain-de-sport-ouvert"),
        ("un projet alimentaire de territoire", "projet-alimentaire-de-territoire"),
        ("nous manquons d’ingénierie pour monter des dossiers", "trouver-un-chef-de-projet"),
    ],
)
def test_a_need_in_other_words_finds_its_typical_need(text, slug):
    near = referents().near(text, categories={tag.code for tag in understand(text).categories})

    assert near
    assert near.need.slug == slug
    assert near.shared
    assert not set(near.inherited) & set(Referents(NEEDS).ranked(text)[0].shared)


@pytest.mark.parametrize(
    ("text", "understood", "slug"),
    [
        ("Amélioration de la sécurité routière", {"securite"}, ""),
        ("Travaux mairie", {"equipement-public"}, ""),
        ("plus de médecin", {"sante"}, "faire-venir-un-medecin"),
        ("Extension", set(), ""),
        ("logement communal", {"logement-et-habitat"}, ""),
    ],
)
def test_one_common_word_is_not_enough_against_the_subject_or_between_equals(text, understood, slug):
    near = referents().near(text, categories=understood)

    assert (near.need.slug if near else "") == slug


@pytest.mark.parametrize("text", ["licornes interstellaires", "", "le pont de la rue des Vignes et du champ de maïs"])
def test_a_need_that_shares_too_little_is_close_to_none(text):
    assert referents().near(text) is None
