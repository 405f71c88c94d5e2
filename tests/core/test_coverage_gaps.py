"""Gaps ranked with their reasons, overlaps gathered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from maillage.core.coverage import (
    Choice,
    Reach,
    column_count,
    outside_of,
    overlap_groups,
    served,
    standing_of,
    supplied_of,
    supply_of,
    text_of,
)
from maillage.core.coverage.supply import CONDITIONAL, DISTANT, LAYERS, NEAR
from maillage.core.vocabulary import GapKind, categories
from maillage.core.weighing import weight
from tests.factories.covered import (
    GROUND,
    OFFERS,
    TODAY,
    a_field,
    an_offer,
)
from tests.factories.records import a_programme, a_sheet, an_operator

# Gaps


def test_a_gap_adds_its_parts_and_no_demand_is_no_gap():
    choice = Choice(categories=("friche",), stages=("EMERGENCE",), natures=("PUBLIC",))
    national = an_offer("nationale", echelon="NATIONAL")
    field = a_field(an_offer("locale", "DEP-62"), national, demand=10.0, choice=choice)

    gaps = {field.places[place]: field.told(theme, place) for theme, place in field.ranked()}

    assert set(gaps) == {"DEP-59", "DEP-44"}
    assert gaps["DEP-59"].score == pytest.approx(10 * weight("coverage", "far"))
    assert gaps["DEP-59"].kind is GapKind.DISTANT
    assert [part.reason.code for part in gaps["DEP-59"].parts] == ["demand_without_near"]
    assert a_field(demand=0.0).ranked() == []


@settings(max_examples=30, deadline=None)
@given(OFFERS, OFFERS)
def test_adding_an_offer_never_raises_a_score(offers, more):
    before, after = (a_field(*each, demand=3.0) for each in (offers, [*offers, *more]))

    assert (after.far_points + after.none_points <= before.far_points + before.none_points + 1e-4).all()


def test_cells_where_nothing_is_expected_weigh_nothing():
    choice = Choice(categories=("friche",), stages=("EVALUATION",), natures=("PROJECT",))

    assert a_field(demand=5.0, choice=choice).ranked() == []


def test_the_kind_is_the_gap_of_most_people_and_the_gravest_when_equal():
    choice = Choice(categories=("friche",), stages=("EMERGENCE",), natures=("PUBLIC",))
    friche = list(categories()).index("friche")
    place = GROUND.line.levels["DEP"].codes.index("DEP-62")

    conditional = a_field(an_offer("close", "DEP-62", conditional=True), demand=1.0, choice=choice)
    nothing = a_field(demand=1.0, choice=choice)

    assert conditional.told(friche, place).kind is GapKind.CONDITIONAL
    assert nothing.told(friche, place).kind is GapKind.NOTHING
    assert nothing.told(friche, place).score == pytest.approx(1.0)


# Overlaps


def groups(*sheets, texts=None, linked=()):
    reach = [GROUND.usable(Reach(frozenset(sheet.usable))) for sheet in sheets]
    linked = {frozenset(pair) for pair in linked}
    texts = texts or [frozenset()] * len(sheets)
    return overlap_groups(sheets, reach, texts=texts, population=GROUND.line.population, linked=linked)


def a_twin(slug, *, title="Diagnostic de friche polluée", zone="DEP-62", **said):
    values = {"categories": ("friche",), "operators": (an_operator(slug, f"Agence {slug}"),), "zones": (zone,)}
    return a_sheet(title, slug=slug, **values | said)


def test_two_offers_of_the_same_object_here_overlap_with_reasons():
    (group,) = groups(a_twin("a"), a_twin("b"), a_twin("c", title="Rénovation d’une école", categories=("friche",)))

    assert group.slugs == ("a", "b")
    assert group.people == 1050
    assert [reason.code for reason in group.reasons] == ["overlap_object", "overlap_zone", "overlap_unlinked"]


@pytest.mark.parametrize(
    "other",
    [
        {"zone": "DEP-44"},
        {"operators": (an_operator("a", "Agence a"),)},
        {"audiences": ("farmer",)},
        {"stages": ("DELIVERY",)},
        {"natures": ("CATALYST",)},
        {"categories": ("eau-potable",)},
        {"variant_of": "a"},
    ],
    ids=["elsewhere", "one operator", "other public", "other stage", "other nature", "other theme", "its variant"],
)
def test_what_differs_does_not_overlap(other):
    assert groups(a_twin("a"), a_twin("b", **other)) == []


def test_a_declared_link_ends_the_overlap_and_a_group_is_where_all_overlap_all():
    assert groups(a_twin("a"), a_twin("b"), linked=[("a", "b")]) == []
    three = groups(a_twin("a"), a_twin("b"), a_twin("c"))
    assert [group.slugs for group in three] == [("a", "b", "c")]
    broken = groups(a_twin("a"), a_twin("b"), a_twin("c"), linked=[("a", "c")])
    assert [len(group.slugs) for group in broken] == [2]


def test_the_columns_are_those_of_the_issue():
    assert column_count() == 87 * 5 * 3
    assert set(NEAR) | set(DISTANT) | {CONDITIONAL} == set(range(LAYERS))


def test_an_offer_local_by_nature_and_everywhere_by_word_only_is_no_local_presence():
    said = a_programme("Conseil de proximité", uid="u", echelon="LOCAL", categories=("friche",))

    assert supplied_of(said, today=TODAY).echelon == "NATIONAL"
    assert supplied_of(replace(said, zones=("DEP-62",)), today=TODAY).echelon == "LOCAL"
    assert supplied_of(replace(said, delivered_by="adil"), today=TODAY, members=["DEP-62"]).echelon == "LOCAL"


def test_one_offer_serves_its_cell_and_never_a_whole_theme():
    table = standing_of(supply_of(GROUND, [an_offer("locale", "DEP-62")]), level="DEP")
    place = GROUND.line.levels["DEP"].codes.index("DEP-62")
    cell = Choice(categories=("friche",), stages=("EMERGENCE",), natures=("PUBLIC",))

    assert served(table, choice=cell).near[place] == 1
    assert served(table, choice=Choice(categories=("friche",))).near[place] == pytest.approx(1 / 13)
    assert served(table, choice=Choice()).near[place] == pytest.approx(1 / 13 / 87)


def test_where_nothing_is_expected_nothing_lacks():
    table = standing_of(supply_of(GROUND, []), level="DEP")
    codes = GROUND.line.levels["DEP"].codes
    mountains = Choice(categories=("montagne",))

    found = served(table, choice=mountains, outside=outside_of(GROUND, level="DEP")).near

    assert {code: float(found[rank]) for rank, code in enumerate(codes)} == {"DEP-59": 1, "DEP-62": 1, "DEP-44": 0}


TEXT = "Un conseiller visite l’atelier, mesure l’eau et les déchets, puis écrit un plan chiffré avec l’artisan."


def test_two_titles_over_one_text_overlap_and_say_that_it_is_the_text():
    titled = {"a": "Clef verte", "b": "Performa", "c": "Diagnostic de friche polluée"}
    sheets = [a_twin(slug, title=title) for slug, title in titled.items()]
    texts = [text_of(a_programme(description=TEXT if slug != "c" else "")) for slug in titled]

    (group,) = groups(*sheets, texts=texts)

    assert group.slugs == ("a", "b")
    assert next(reason.code for reason in group.reasons) == "overlap_text"
    assert groups(*sheets) == []


def test_themes_in_common_are_no_text_in_common():
    themed = a_programme(categories=("friche", "eau-potable"))

    assert text_of(themed) == frozenset()
