"""Lists: order, counts, pages, typing mistakes."""

from __future__ import annotations

from collections import Counter

import pytest

from maillage.core.errors import Invalid
from maillage.core.sheets import sheet_of
from maillage.core.vocabulary import categories
from maillage.inventory.actions import put_programmes
from maillage.search.actions import rebuild
from maillage.search.engine import FACETS
from maillage.search.queries import Filters, candidates, generalists, rarity, search
from maillage.search.words import read_words
from maillage.territories.queries import usable_here
from tests.factories.records import TODAY, a_programme

CODES = list(categories())
NATURES, STAGES, AIDS = (
    ("PUBLIC", "PROJECT", "CATALYST"),
    ("EMERGENCE", "DESIGN", "FUNDING"),
    ("grant", "loan", "place"),
)


def many(count: int) -> list:
    return [
        a_programme(
            f"Rénovation énergétique {rank}" if rank % 2 else f"Haie champêtre {rank}",
            natures=NATURES[: 1 + rank % 3],
            stages=STAGES[rank % 3 :],
            aid_types=(AIDS[rank % 3],),
            categories=(CODES[rank % 7], CODES[7 + rank % 5]),
            audiences=("commune", "epci")[: 1 + rank % 2],
            price=("FREE", "PAID")[rank % 2],
            echelon=("LOCAL", "REGIONAL", "NATIONAL")[rank % 3],
        )
        for rank in range(count)
    ]


def index(records) -> None:
    outcomes = put_programmes(records, by=None)
    assert not any(outcome.refusal for outcome in outcomes)
    rebuild()


def found(text: str = "", page: int = 1, **said):
    return search(text=text, filters=Filters(**said), page=page, today=TODAY)


def values_of(record, facet: str) -> set[str]:
    held = {
        "category": record.categories,
        "theme": {categories()[code].theme for code in record.categories},
        "stage": sheet_of(record).columns(),
        "nature": record.natures,
        "echelon": [record.echelon],
        "aid_type": record.aid_types,
        "audience": record.audiences,
        "price": [record.price],
        "network": [],
    }
    return set(held[facet])


@pytest.mark.parametrize(
    ("said", "keeps"),
    [
        ({}, lambda record: True),
        ({"natures": ("PROJECT",)}, lambda record: "PROJECT" in record.natures),
        (
            {"stages": ("DESIGN",), "prices": ("FREE",)},
            lambda record: "DESIGN" in sheet_of(record).columns() and record.price == "FREE",
        ),
        ({"echelons": ("LOCAL", "REGIONAL")}, lambda record: record.echelon in ("LOCAL", "REGIONAL")),
    ],
    ids=["all", "one filter", "two filters", "a choice of values"],
)
def test_counts_beside_a_list_equal_a_naive_count(world, said, keeps):
    records = many(60)
    index(records)
    kept = [record for record in records if keeps(record)]

    page = found(**said)

    assert page.total == len(kept)
    naive = {facet: Counter(code for record in kept for code in values_of(record, facet)) for facet in FACETS}
    assert {facet: dict(page.facets[facet]) for facet in FACETS} == {facet: dict(naive[facet]) for facet in FACETS}


@pytest.mark.parametrize("text", ["", "rénovation", "rénovation haie"], ids=["no words", "one word", "any word"])
def test_paging_loses_no_row_and_repeats_none(world, text):
    index(many(53))
    first = found(text)

    seen = [item.slug for page in range(1, first.pages + 1) for item in found(text, page).items]

    assert len(seen) == len(set(seen)) == first.total == (53 if text != "rénovation" else 26)


@pytest.mark.parametrize("page", [0, -1, 4, 10**6])
def test_a_page_that_does_not_exist_is_refused(world, page):
    index(many(53))

    with pytest.raises(Invalid, match="page_unknown"):
        found(page=page)


def test_an_empty_list_has_one_page(world):
    index(many(1))

    assert (found(natures=("CATALYST",)).total, found(natures=("CATALYST",)).pages) == (0, 1)


def test_sheets_that_hold_every_word_come_first_however_often_others_repeat_one(world):
    both = a_programme("Aide", description="Une école et sa toiture, parmi " + "tant d’autres choses " * 60)
    loud = [a_programme(f"École {rank}", description="école " * 80, keywords=("école",)) for rank in range(5)]
    index([*loud, both])

    assert found("toiture école").items[0].title == "Aide"


def test_a_typing_mistake_is_read_and_told(world):
    index([a_programme("Rénovation des façades"), a_programme("Voirie")])

    page = found("renovaton des fasades")

    assert [item.title for item in page.items] == ["Rénovation des façades"]
    assert dict(page.words.corrected)["renovaton"] == "rénovation"


def test_a_mistake_is_read_by_any_writing_of_a_word_not_only_the_most_usual(world):
    index([a_programme("Énergie, énergies"), a_programme("Rénovation énergétique")])

    assert read_words("enegetique").corrected == (("enegetique", "énergétique"),)


def test_a_known_word_is_never_corrected(world):
    index([a_programme("Vélo"), a_programme("Vente")])

    assert read_words("vélos").corrected == ()


def test_operators_query_signs_and_control_characters_are_only_text(world):
    index(many(3))

    for text in ('"', "title:eau", "a AND (b", "*", "--", "é" * 400, "<b>", "'; DROP TABLE x", "\u202e\x1f"):
        assert found(text).total >= 0


def test_a_place_keeps_what_contains_it_and_leaves_out_what_excludes_it(world):
    index(
        [
            a_programme("nation"),
            a_programme("departement", zones=("DEP-62",)),
            a_programme("voisine", zones=("COM-62119",)),
            a_programme("sauf", zones=("DEP-62",), excluded_zones=("COM-62041",)),
            a_programme("ailleurs", zones=("REG-76",)),
        ]
    )

    def here(code):
        return {item.title for item in found(zones=tuple(usable_here(code))).items}

    assert here("COM-62041") == {"nation", "departement"}
    assert here("COM-62119") == {"nation", "departement", "voisine", "sauf"}
    assert here("DEP-62") == {"nation", "departement", "sauf"}


def test_candidates_come_by_a_word_or_by_a_theme_and_never_for_nothing(world):
    index([a_programme("Toiture"), a_programme("Autre", categories=(CODES[0],)), a_programme("Rien")])

    def held(text, boosts):
        found = candidates(words=read_words(text), filters=Filters(), boosts=boosts, limit=9, today=TODAY)
        return {each.sheet.title for each in found}

    assert held("toiture", {}) == {"Toiture"}
    assert held("toiture", {CODES[0]: 1.0}) == {"Toiture", "Autre"}
    assert held("", {}) == set()


def test_generalists_help_whatever_the_theme(world):
    index([a_programme("Généraliste", generalist=True), a_programme("Toiture")])

    assert [found.sheet.title for found in generalists(filters=Filters(), limit=5, today=TODAY)] == ["Généraliste"]


def test_a_rare_word_is_rarer_than_a_frequent_one(world):
    index([*(a_programme(f"École {rank}") for rank in range(9)), a_programme("Chiroptère")])
    (common,), (rare,) = read_words("école").stems, read_words("chiroptère").stems

    known = rarity([common, rare, "jamais"])

    assert 0 < known[common] < known[rare] <= known["jamais"]
