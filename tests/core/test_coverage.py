"""Coverage: the traps that cost others dearly, each a test; what offers are worth; demand counted once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from maillage.core.closure import closure_of
from maillage.core.coverage import (
    Choice,
    Evidence,
    EvidenceKind,
    Ground,
    catalogue_of,
    column,
    demand_of,
    line_of,
    outside_of,
    standing_of,
    supplied_of,
    supply,
    supply_of,
)
from maillage.core.coverage.demand import shown_in_public, worth_of
from maillage.core.coverage.offers import offer_key, waits, worth_of_offer
from maillage.core.errors import Unknown
from maillage.core.territory import Codebook, normalise_code
from maillage.core.vocabulary import categories
from maillage.core.weighing import weight
from tests.factories.covered import (
    GROUND,
    TODAY,
    a_field,
    an_offer,
)
from tests.factories.records import a_programme, an_operator

# Traps


def shares(*offers, level="DEP", cell=("friche", "EMERGENCE", "PUBLIC")):
    found = standing_of(supply_of(GROUND, offers), level=level)
    places = GROUND.line.levels[level].codes
    return {
        code: tuple(round(float(table[column(*cell), rank]), 3) for table in (found.near, found.usable, found.known))
        for rank, code in enumerate(places)
    }


def test_there_may_be_more_offers_than_a_cell_counts_but_not_in_one_column(monkeypatch):
    monkeypatch.setattr(supply, "MOST", 3)
    several = [an_offer(f"offre-{rank}", categories=(("friche", "foncier")[rank % 2],)) for rank in range(6)]

    assert standing_of(supply_of(GROUND, several), level="DEP")
    with pytest.raises(OverflowError, match="4 offers in one column"):
        supply_of(GROUND, [*several, an_offer("offre-6")])


def test_an_intercommunalite_that_nobody_covers_is_counted_and_bare():
    found = shares(an_offer("locale", "EPCI-200000001"), level="EPCI")

    assert found["EPCI-200000001"] == (1, 1, 1)
    assert found["EPCI-200000003"] == (0, 0, 0)
    assert set(found) == {"EPCI-200000001", "EPCI-200000002", "EPCI-200000003"}


def test_44_is_not_a_place_and_a_region_is_not_a_departement():
    with pytest.raises(Unknown):
        supply_of(GROUND, [an_offer("nue", "44")])

    assert shares(an_offer("région", "REG-44"))["DEP-44"] == (0, 0, 0)
    assert shares(an_offer("département", "DEP-44"))["DEP-44"] == (1, 1, 1)


def test_a_national_offer_never_hides_a_local_hole():
    found = shares(an_offer("nationale", echelon="NATIONAL"), an_offer("locale", "DEP-62"))

    assert found["DEP-62"] == (1, 1, 1)
    assert found["DEP-59"] == (0, 1, 1)


def test_a_river_basin_gives_a_share_of_the_departements_it_crosses():
    offer = an_offer("bassin", "ZONE-bassin")
    found = shares(offer)

    assert found["DEP-62"][0] == round(900 / 1050, 3)
    assert found["DEP-59"] == (1, 1, 1)
    catalogue = catalogue_of(GROUND, [offer])
    communes = catalogue.commune_shares(Choice(), level="DEP")
    assert communes.near[GROUND.line.levels["DEP"].codes.index("DEP-62")] == pytest.approx(1 / 3)


def test_a_commune_that_was_merged_counts_where_it_went_and_a_part_of_it_covers_nobody():
    book = Codebook(names={"COM-62001": "Nouvelle"}, successors={"62099": "COM-62001"})

    merged = an_offer("fusion", normalise_code("62099", book=book))
    part = an_offer("déléguée", "COMD-62009")

    assert shares(merged)["DEP-62"][0] == round(900 / 1050, 3)
    assert shares(part)["DEP-62"] == (0, 0, 0)


def test_an_expired_local_variant_leaves_a_condition_and_takes_the_national_sheet_away():
    national = supplied_of(
        a_programme("Fonds", uid="n", categories=("friche",), echelon="NATIONAL"), today=TODAY, replaced_in=["DEP-62"]
    )
    variant = supplied_of(
        a_programme(
            "Fonds du Pas-de-Calais",
            uid="v",
            categories=("friche",),
            zones=("DEP-62",),
            echelon="DEPARTMENTAL",
            closes_on=dt.date(2026, 3, 1),
        ),
        today=TODAY,
    )

    found = shares(replace(national, stages=("EMERGENCE",)), variant)

    assert found["DEP-62"] == (0, 0, 1)
    assert found["DEP-59"] == (0, 1, 1)


def test_a_theme_of_mountains_is_no_gap_in_the_plain():
    outside = outside_of(GROUND, level="DEP")
    codes = GROUND.line.levels["DEP"].codes
    montagne, friche = (list(categories()).index(code) for code in ("montagne", "friche"))

    assert {code: bool(outside[montagne, rank]) for rank, code in enumerate(codes)} == {
        "DEP-59": True,
        "DEP-62": True,
        "DEP-44": False,
    }
    assert not outside[friche].any()
    field = a_field(outside=outside, demand=1.0)
    assert (montagne, codes.index("DEP-62")) not in field.ranked()
    assert (montagne, codes.index("DEP-44")) in field.ranked()


def test_an_offer_that_three_sources_list_counts_once():
    listed = [
        a_programme(
            "Friches : le fonds", uid=uid, operators=(an_operator(),), zones=("DEP-62",), categories=("friche",)
        )
        for uid in ("un", "deux", "trois")
    ]
    offers = [supplied_of(record, today=TODAY) for record in listed]

    catalogue = catalogue_of(GROUND, offers)

    assert len(catalogue) == 1
    assert catalogue.names == (("un", "deux", "trois"),)
    assert supply_of(GROUND, offers).counts.max() == 1
    assert offer_key(replace(listed[0], operators=())) == "un"


def test_where_nobody_lives_communes_are_counted():
    alone = {"COM-98001": ("R", "D", 0.0), "COM-98002": ("R", "D", 0.0)}
    line = line_of(list(alone), {"DEP": dict.fromkeys(alone, "D")}, populations={})
    bare = Ground(closure=closure_of({"D": alone, "Z": ["COM-98001"]}), line=line)

    table = supply_of(bare, [an_offer("moitié", "Z")])

    assert standing_of(table, level="DEP").near[column("friche", "EMERGENCE", "PUBLIC"), 0] == pytest.approx(0.5)


# Offers


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, False),
        ({"closes_on": dt.date(2026, 11, 21)}, True),
        ({"closes_on": TODAY}, False),
        ({"opens_on": dt.date(2026, 12, 1)}, True),
        ({"restricted_to": "member"}, True),
        ({"restricted_to": "pvd", "zones": ("ZONE-pvd",)}, False),
        ({"restricted_to": "pvd", "zones": ("DEP-62",)}, True),
        ({"restricted_to": "qpv", "zones": ("ZONE-qpv",)}, True),
    ],
    ids=["open", "closed", "last day", "not yet", "members", "its places", "a status", "a quartier"],
)
def test_what_waits_for_a_condition(said, expected):
    assert waits(a_programme(**said), today=TODAY) is expected


def test_an_offer_is_worth_what_is_known_of_it():
    fresh = a_programme(verified_on=TODAY, price="FREE")

    assert worth_of_offer(fresh, today=TODAY) == 1
    assert worth_of_offer(replace(fresh, price="PAID"), today=TODAY) == weight("coverage", "price_paid")
    assert worth_of_offer(replace(fresh, verified_on=None), today=TODAY) == weight("coverage", "stale")


def test_money_stands_in_the_column_of_money_and_a_network_only_where_a_member_is():
    offer = supplied_of(
        a_programme(categories=("friche",), aid_types=("grant",), stages=("DELIVERY",)),
        today=TODAY,
        members=["DEP-62"],
    )

    assert offer.stages == ("FUNDING",)
    assert [GROUND.line.communes[at][:6] for at in GROUND.usable(offer.reach)] == ["COM-62"] * 3


def test_strength_adds_worth_by_the_share_of_people_reached():
    offers = [an_offer("a", "ZONE-bassin", worth=0.5), an_offer("b", "DEP-62", worth=1.0)]
    catalogue = catalogue_of(GROUND, offers)
    place = GROUND.line.levels["DEP"].codes.index("DEP-62")

    strength = catalogue.strength(catalogue.chosen(Choice()), level="DEP")

    assert strength[place] == pytest.approx(0.5 * 900 / 1050 + 1)


# Demand


def a_piece(key="p", dep="DEP-62", **said):
    values = {
        "kind": EvidenceKind.DIRECT,
        "places": (("DEP", dep), ("REG", "REG-32")),
        "categories": ("friche",),
        "day": TODAY,
    }
    return Evidence(key=key, **values | said)


def counts(pieces, choice=None, level="DEP"):
    demand = demand_of(GROUND.line, pieces, today=TODAY)
    codes = GROUND.line.levels[level].codes
    found = demand.counted(demand.chosen(choice or Choice()), level=level, size=len(codes))
    return {code: int(count) for code, count in zip(codes, found, strict=True) if count}


def test_what_is_asked_for_is_shared_among_the_people_of_the_narrowest_place_that_is_known():
    near = a_piece("near", places=(("DEP", "DEP-62"), ("EPCI", "EPCI-200000001"), ("REG", "REG-32")))
    wide = a_piece("wide", places=(("REG", "REG-32"),), categories=("eau-potable",))
    nowhere = a_piece("nowhere", places=())

    asking = demand_of(GROUND.line, [near, wide, nowhere], today=TODAY).by_commune(GROUND.line)

    ranks = {code: rank for rank, code in enumerate(categories())}
    worth = (asking.worth[ranks[code]].tolist() for code in ("friche", "eau-potable"))
    told = [dict(zip(asking.communes, each, strict=True)) for each in worth]
    assert told[0]["COM-62001"] == pytest.approx(0.9)
    assert told[0]["COM-62002"] == pytest.approx(0.1)
    assert told[1]["COM-59001"] == pytest.approx(350 / 1400)
    assert [sum(each.values()) for each in told] == pytest.approx([1, 1])
    assert told[1]["COM-44001"] == 0


def test_a_piece_counts_once_in_each_group_of_categories_it_speaks_of():
    codes = list(categories())
    both = a_piece("both", categories=(codes[0], codes[1], codes[-1]))
    group_of = np.array([int(rank >= 2) for rank in range(len(codes))])
    demand = demand_of(GROUND.line, [both, a_piece("one", categories=(codes[0],))], today=TODAY)

    pieces, groups = demand.in_groups(group_of)

    assert list(zip(pieces.tolist(), groups.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 0)]


def test_a_piece_told_by_two_lists_counts_once_and_speaks_with_the_strongest_voice():
    funded = a_piece(kind=EvidenceKind.FUNDED, day=dt.date(2019, 1, 1), categories=("friche",))
    told = a_piece(kind=EvidenceKind.STUDY, categories=("foncier",), stage="DESIGN")

    demand = demand_of(GROUND.line, [funded, told], today=TODAY)

    assert counts([funded, told]) == {"DEP-62": 1}
    assert demand.worth.tolist() == [weight("coverage", "strength_study")]
    assert counts([funded, told], Choice(categories=("friche", "foncier"))) == {"DEP-62": 1}


def test_a_piece_that_says_no_stage_speaks_of_all_and_one_that_does_of_its_own():
    pieces = [a_piece("a"), a_piece("b", stage="DESIGN"), a_piece("c", stage="DELIVERY")]

    assert counts(pieces, Choice(stages=("DESIGN",))) == {"DEP-62": 2}
    assert counts(pieces) == {"DEP-62": 3}


def test_what_is_wider_than_a_level_is_not_in_it():
    wide = a_piece(places=(("REG", "REG-32"),))

    assert counts([wide]) == {}
    assert counts([wide], level="REG") == {"REG-32": 1}


def test_evidence_fades_by_half():
    half = weight("coverage", "half_life_years")
    old = a_piece(day=TODAY - dt.timedelta(days=round(365.25 * half)))

    assert worth_of(a_piece(), today=TODAY) == 1
    assert worth_of(old, today=TODAY) == pytest.approx(0.5, abs=0.001)
    assert worth_of(a_piece(day=None), today=TODAY) == 0.25
    assert worth_of(a_piece(day=dt.date(2030, 1, 1)), today=TODAY) == 1


def test_cells_of_fewer_than_five_searches_are_hidden():
    cells = [("DEP-62", "friche")] * 5 + [("DEP-62", "sante")] * 4 + [("DEP-59", "friche")] * 4

    assert shown_in_public(cells) == {("DEP-62", "friche")}
