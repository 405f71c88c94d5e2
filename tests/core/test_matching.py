"""How well an offer answers a need, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.matching import practical_reasons, quoted
from maillage.core.text import stems
from maillage.core.vocabulary import categories
from maillage.core.weighing import weight
from maillage.core.wording import because
from tests.factories.records import TODAY, a_match, a_sheet, a_wish

WATER, ENERGY = "eau-potable", next(code for code in categories() if "energie" in code or "energ" in code)
CODES = sorted(categories())[:6]


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ({"title": "Toiture"}, weight("matching", "title")),
        ({"title": "Autre", "keywords": ("toiture",)}, weight("matching", "keywords")),
        ({"title": "Autre", "description": "Une toiture."}, weight("matching", "body")),
        ({"title": "Toiture", "description": "Une toiture."}, weight("matching", "title")),
        ({"title": "Autre"}, 0.0),
    ],
    ids=["title", "keywords", "text", "the best place counts", "nowhere"],
)
def test_a_word_is_worth_the_best_place_that_holds_it(said, share):
    match = a_match(a_wish(*stems("toiture")), **said)

    assert match.word_share == share
    assert match.relevance == weight("matching", "words") * share


def test_a_rare_word_weighs_more_than_a_frequent_one():
    rare, common = stems("chiroptère")[0], stems("commune")[0]
    wish = a_wish(rare, common, words={rare: 5.0, common: 0.5})

    assert a_match(wish, "Chiroptère").relevance > a_match(wish, "Commune").relevance


def test_a_neighbour_is_worth_a_little_less_than_the_word_and_is_told_under_the_word_written():
    velo, cycle = stems("vélo")[0], stems("cyclable")[0]
    wish = a_wish(velo, surfaces={velo: "vélo"}, neighbours={cycle: velo})

    match = a_match(wish, "Itinéraire cyclable")

    assert match.word_share == weight("matching", "title") * weight("matching", "neighbour")
    assert [reason.facts for reason in match.reasons] == [(("words", "« vélo »"),)]


@pytest.mark.parametrize(("said", "share"), [({"title": "Groupe"}, 0.6), ({"description": "Un groupe."}, 0.0)])
def test_a_learned_word_speaks_for_another_in_the_title_never_in_the_text_alone(said, share):
    paul, groupe = stems("paul")[0], stems("groupe")[0]
    wish = a_wish(paul, surfaces={paul: "Paul"}, near={groupe: (paul, 0.6)})

    match = a_match(wish, **{"title": "Autre", **said})

    assert match.word_share == pytest.approx(share * weight("matching", "title"))
    assert bool(match.found) == bool(share)


def test_themes_and_words_add_up_to_one_and_are_told():
    code = CODES[0]
    label = categories()[code].label
    stem = stems("toiture")[0]

    match = a_match(a_wish(stem, surfaces={stem: "toitures"}, themes={code: 0.7}), "Toiture", categories=(code,))

    assert match.relevance == pytest.approx(1.0)
    assert [reason.sentence() for reason in match.reasons] == ["« toitures » dans le titre", f"traite de « {label} »"]


def test_a_generalist_never_passes_for_an_offer_of_this_need():
    wish = a_wish(*stems("ingénierie territoriale"))

    match = a_match(wish, "Ingénierie territoriale", generalist=True)

    assert match.relevance == weight("matching", "generalist_at_most") < weight("matching", "specific_from")
    assert not match.is_specific
    assert because("generalist") in match.reasons


@pytest.mark.parametrize(
    ("need", "named"),
    [("DETR", True), ("dotation", False), ("la DETR pour un gymnase", False), ("dotation des territoires", False)],
)
def test_a_generalist_that_the_need_names_by_its_acronym_is_what_is_asked(need, named):
    match = a_match(a_wish(*stems(need)), "Dotation d’équipement des territoires ruraux (DETR)", generalist=True)

    assert match.is_specific is named


def test_a_generalist_that_treats_the_theme_is_judged_like_the_others():
    match = a_match(a_wish(themes={CODES[0]: 1.0}), generalist=True, categories=(CODES[0],))

    assert match.is_specific


def test_a_part_of_a_compound_is_not_told_twice():
    whole, part = stems("tiers-lieu")[0], stems("lieu")[-1]
    found = set(stems("tiers-lieu"))
    wish = a_wish(*found, surfaces={stem: "tiers-lieu" if stem == whole else "lieu" for stem in found | {part}})

    told = a_match(wish, "Créer un tiers-lieu").reasons[0].sentence()

    assert told == "« tiers-lieu » dans le titre"


codes = st.dictionaries(st.sampled_from(CODES), st.floats(0.1, 1), max_size=4)
vocabulary = st.sampled_from([stem for word in ("toiture", "école", "eau", "forêt", "haie") for stem in stems(word)])


@given(
    words=st.dictionaries(vocabulary, st.floats(0.1, 9), max_size=5),
    themes=codes,
    title=st.lists(st.sampled_from(["toiture", "école", "eau", "forêt"]), min_size=1, max_size=4),
    body=st.lists(st.sampled_from(["haie", "forêt", "eau"]), max_size=4),
    treated=st.lists(st.sampled_from(CODES), max_size=4, unique=True),
    generalist=st.booleans(),
)
def test_relevance_stays_between_zero_and_one_and_never_comes_without_a_reason(
    words, themes, title, body, treated, generalist
):
    said = {"description": " ".join(body), "categories": tuple(treated), "generalist": generalist}
    wish = a_wish(words=words, surfaces={stem: stem for stem in words}, themes=themes)

    match = a_match(wish, " ".join(title), **said)

    assert 0.0 <= match.relevance <= 1.0 + 1e-9
    assert bool(match.reasons) == (match.relevance > 0 or generalist)
    assert all(reason.sentence() for reason in match.reasons)


@given(word=vocabulary, themes=codes)
def test_a_sheet_that_says_one_more_word_of_the_need_is_never_worth_less(word, themes):
    wish = a_wish(words={word: 2.0, "absent": 1.0}, surfaces={word: word, "absent": "absent"}, themes=themes)
    said = {"title": "Aide", "categories": tuple(CODES[:2])}

    assert a_match(wish, **said, description=word).relevance >= a_match(wish, **said).relevance


@pytest.mark.parametrize(
    ("closes", "expected"),
    [
        (TODAY, ["clôture dans 0 jours"]),
        (TODAY + dt.timedelta(days=30), ["clôture dans 30 jours"]),
        (TODAY + dt.timedelta(days=31), ["clôture le 2026-12-22"]),
        (TODAY - dt.timedelta(days=1), []),
        (None, []),
    ],
    ids=["today", "30 days", "31 days", "yesterday", "never"],
)
def test_closing_soon_means_thirty_days(closes, expected):
    told = [reason.sentence() for reason in practical_reasons(a_sheet(closes_on=closes), today=TODAY)]

    assert told == expected


def test_price_reserve_and_what_the_money_pays_for_are_told():
    sheet = a_sheet(price="FREE", restricted_to="pvd", aid_types=("grant",), stages=("DESIGN", "FUNDING"))

    told = [reason.sentence() for reason in practical_reasons(sheet, today=TODAY)]

    assert told == ["gratuit", "finance aussi : conception", "réservé : communes de Petites villes de demain"]


def test_an_unknown_price_is_not_told():
    assert practical_reasons(a_sheet(price="UNKNOWN"), today=TODAY) == []


def test_words_are_quoted_the_french_way():
    assert quoted(["eau", "forêt"]) == "« eau », « forêt »"


def test_two_offers_that_hold_the_same_words_are_worth_the_same_wherever_these_stand():
    said = "friche toiture gare mairie forêt école".split()
    words = {stems(word)[0]: 0.1 + index / 7 for index, word in enumerate(said)}
    wish = replace(a_wish(*words), words=words)
    one, two = (a_match(wish, " ".join(order)) for order in (said, reversed(said)))

    assert one.relevance == two.relevance == pytest.approx(weight("matching", "words"))
