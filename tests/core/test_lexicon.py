"""The word lists are complete, coherent, and explain themselves."""

import json

import pytest

from maillage.core.lexicon import expand
from maillage.core.lexicon.expansion import acronyms, families
from maillage.core.lexicon.lists import read_list, shared_expressions, words_of
from maillage.core.lexicon.phrases import heard, read
from maillage.core.text import required_stems, stems, words_said
from maillage.core.vocabulary import Audience, Stage, categories, competences

LISTS = {
    "categories": set(categories()),
    "sdgs": {str(goal) for goal in range(1, 18)},
    "stages": set(Stage.codes()),
    "audiences": set(Audience.codes()),
    "competences": set(competences()),
}


@pytest.mark.parametrize("name", LISTS)
def test_every_code_has_its_words_and_no_other_has(name):
    assert set(words_of(name)) == LISTS[name]


@pytest.mark.parametrize(("name", "least"), [("categories", 15), ("sdgs", 20), ("stages", 15), ("competences", 10)])
def test_every_code_has_enough_words(name, least):
    poor = {code: len(words.strong) for code, words in words_of(name).items() if len(words.strong) < least}

    assert poor == {}


@pytest.mark.parametrize("name", ["categories", "sdgs", "stages", "competences"])
def test_every_expression_has_a_stem_and_stands_once_in_its_code(name):
    for code, words in words_of(name).items():
        keys = [required_stems(expression) for expression in (*words.strong, *words.weak)]
        assert all(keys), code
        twice = {key for key in keys if keys.count(key) > 1}
        assert name != "categories" or not twice, (code, twice)


def test_an_expression_is_strong_for_one_category_unless_it_is_shared_on_purpose():
    owners: dict[tuple[str, ...], set[str]] = {}
    for code, words in words_of("categories").items():
        for expression in words.strong:
            owners.setdefault(required_stems(expression), set()).add(code)
    shared = {required_stems(expression) for expression in shared_expressions()}

    assert {key: codes for key, codes in owners.items() if len(codes) > 1} == {}
    assert shared & set(owners) == set()
    assert all(len(codes) > 1 and set(codes) <= set(categories()) for codes in shared_expressions().values())


def test_words_are_written_as_people_write_them():
    for name in LISTS:
        for code, words in words_of(name).items():
            for expression in (*words.strong, *words.weak):
                assert expression == expression.strip() == expression.lower(), (code, expression)
                assert "'" not in expression, (code, expression)


def test_goals_and_categories_named_in_the_lists_exist():
    assert {goal for words in words_of("categories").values() for goal in words.sdg} <= LISTS["sdgs"]
    assert {code for words in words_of("competences").values() for code in words.categories} <= LISTS["categories"]
    assert all(words.label for words in words_of("sdgs").values())


@pytest.mark.data
def test_the_labels_of_the_goals_are_the_official_ones(shared_data):
    pack = json.loads((shared_data / "odd_officiel" / "odd_fr_en.json").read_text(encoding="utf-8"))["goals"]
    ours = {goal: words.label for goal, words in words_of("sdgs").items()}
    mended = {"2", "7", "8", "13"}  # quotation marks, capitals and apostrophe, a typing mistake, a shorter title

    assert {goal for goal in ours if ours[goal] != pack[goal]["short_fr"]} == mended


def test_there_are_enough_acronyms_and_families():
    assert len(acronyms()) >= 150
    assert len(families()) >= 200
    assert all(short == short.upper() and all(meanings) for short, meanings in acronyms().items())
    assert all(len({required_stems(word) for word in family}) > 1 for family in families())


@pytest.mark.parametrize(
    ("asked", "found", "reason"),
    [
        ("voie douce", "piste cyclable", "« voie douce » se dit aussi « piste cyclable »."),
        ("voies douces", "vélos", "« voie douce » se dit aussi « vélo »."),
        ("PCAET", "plan climat air énergie territorial", "« PCAET » signifie « plan climat air énergie territorial »."),
        (
            "une maison de santé pluriprofessionnelle",
            "MSP",
            "« maison de santé pluriprofessionnelle » s’abrège en « MSP ».",
        ),
        ("la cantine", "restaurants scolaires", "« cantine » se dit aussi « restaurant scolaire »."),
        ("un tiers lieu", "coworking", "« tiers-lieu » se dit aussi « coworking »."),
        (
            "P.L.U.I.",
            "plan local d’urbanisme intercommunal",
            "« PLUI » signifie « plan local d’urbanisme intercommunal ».",
        ),
    ],
)
def test_other_words_come_with_their_reason(asked, found, reason):
    expansions = {item.stems: item for item in expand(stems(asked))}

    assert expansions[required_stems(found)].because.sentence() == reason
    assert expansions[required_stems(found)].source in stems(asked)


def test_what_is_already_said_is_not_proposed():
    assert required_stems("piste cyclable") not in {
        item.stems for item in expand(stems("voie douce ou piste cyclable"))
    }
    assert expand(()) == ()
    assert expand(stems("gloubiboulga")) == ()


@pytest.mark.data
def test_the_synonym_case_of_the_peer_passes(shared_data):
    cases = json.loads((shared_data.parent / "checks" / "peer_cases.json").read_text(encoding="utf-8"))["full_text"]
    case = next(case for case in cases["cases"] if "synonyms" in case)
    asked = stems(case["query"])
    ways = [required_stems(case["query"]), *(item.stems for item in expand(asked))]

    hits = [doc for doc in case["docs"] if any(set(way) <= set(stems(doc)) for way in ways)]

    assert len(hits) == case["expected_hits"]


def test_need_words_say_nothing_of_the_subject():
    empty = set(stems(read_list("need_words")["words"]))
    alone = {
        key[0]
        for words in words_of("categories").values()
        for key in map(required_stems, words.strong)
        if len(key) == 1
    }

    # An association or a partner is first the one who asks, yet may be the subject.
    assert alone & empty <= set(stems("association partenaire"))


@pytest.mark.parametrize(
    "text",
    [
        "Un éco-quartier, des tiers lieux et la petite enfance à Aix-les-Bains.",
        "Mise en place. Accompagnement de la rue des Vignes, place ADEME, lieu-dit",
        "RÉNOVATION DE LA PLACE JEAN JAURÈS",
        "Plan d’eau de 12 000 m², habitant·e·s, P.L.U. micro crèche multi services publics",
        "",
    ],
)
def test_a_text_is_heard_as_it_is_read(text):
    whole = read(text, words_said(text))
    assert (heard(text).stems, dict(heard(text).joined)) == (whole.stems, dict(whole.joined))
    parts = text.partition(". ")[::2]
    said = heard(text, parts)
    assert (said.stems, dict(said.joined)) == (whole.stems, dict(whole.joined))
