"""The laws of coverage on random small worlds, beside a naive oracle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.core.coverage import (
    Choice,
    catalogue_of,
    column,
    once,
    standing_of,
    supply_of,
)
from maillage.core.coverage.supply import CONDITIONAL, ECHELONS, LAYERS, NEAR
from maillage.core.vocabulary import Nature, Stage, categories
from tests.factories.covered import (
    COMMUNES,
    GROUND,
    OFFERS,
    STEPS,
    THEMES,
    ground,
    subsets,
    zones,
)

# The naive oracle: sets and loops, no table


@dataclass
class Naive:
    offers: list

    def communes(self, offer) -> set[str]:
        inside = set().union(*(zones()[zone] for zone in offer.reach.zones))
        inside -= set().union(set(), *(zones()[zone] for zone in offer.reach.excluded))
        if offer.reach.within is not None:
            inside &= set().union(set(), *(zones()[zone] for zone in offer.reach.within))
        return inside

    def groups(self):
        found = {}
        for offer in self.offers:
            found.setdefault((offer.key, offer.reach), []).append(offer)
        return found.values()

    def count(self, layer: int, cell: tuple[str, str, str], places: set[str]) -> int:
        total = 0
        for group in self.groups():
            conditional = all(offer.conditional for offer in group)
            nearest = min(ECHELONS.index(offer.echelon) for offer in group)
            mine = CONDITIONAL if conditional else nearest
            stands = all(
                any(code in getattr(offer, name) for offer in group)
                for name, code in zip(("categories", "stages", "natures"), cell, strict=True)
            )
            total += mine == layer and stands and bool(self.communes(group[0]) & places)
        return total


CELLS = [(theme, step, nature) for theme in THEMES for step in STEPS for nature in ("PUBLIC", "CATALYST")]


@settings(max_examples=60, deadline=None)
@given(OFFERS)
def test_every_cell_of_every_place_is_what_a_naive_count_finds(offers):
    naive = Naive(offers)

    for level in ("", "EPCI", "DEP", "REG"):
        table = supply_of(GROUND, offers, level=level)
        for place, code in enumerate(table.places):
            inside = {code} if not level else {each for each, held in COMMUNES.items() if code in held}
            for cell in CELLS:
                found = [int(table.counts[layer, column(*cell), place]) for layer in range(LAYERS)]
                assert found == [naive.count(layer, cell, inside) for layer in range(LAYERS)], (level, code, cell)


@settings(max_examples=40, deadline=None)
@given(OFFERS, st.randoms(use_true_random=False))
def test_the_order_of_offers_and_of_communes_changes_nothing(offers, shuffler):
    mixed = list(offers)
    shuffler.shuffle(mixed)
    other = ground(shuffler.randrange(1000))

    one, two = supply_of(GROUND, offers), supply_of(other, mixed)
    first, second = (standing_of(table, level="DEP") for table in (one, two))

    assert one.places == two.places
    assert np.array_equal(one.counts, two.counts)
    assert np.allclose(first.near, second.near)
    assert np.allclose(first.known, second.known)


@settings(max_examples=60, deadline=None)
@given(OFFERS, OFFERS)
def test_adding_an_offer_never_creates_a_gap(offers, more):
    before, after = (standing_of(supply_of(GROUND, each), level="EPCI") for each in (offers, [*offers, *more]))

    assert (after.near >= before.near - 1e-6).all()
    assert (after.usable >= before.usable - 1e-6).all()
    assert (after.known >= before.known - 1e-6).all()


@settings(max_examples=40, deadline=None)
@given(OFFERS)
def test_a_zone_never_counts_less_than_the_union_of_its_parts(offers):
    communes = supply_of(GROUND, offers)
    above = supply_of(GROUND, offers, level="DEP")
    catalogue = catalogue_of(GROUND, offers)
    chosen = catalogue.chosen(Choice())

    for place, code in enumerate(above.places):
        inside = [rank for rank, each in enumerate(communes.places) if COMMUNES[each][1] == code]
        assert (above.counts[:, :, place] >= communes.counts[:, :, inside].max(axis=2)).all()
        everyone = set()
        for rank in inside:
            level = catalogue.line.levels["EPCI"]
            held = level.of_commune[rank]
            if held >= 0:
                in_commune = {at for at in np.flatnonzero(chosen) if _covers(catalogue, at, rank)}
                everyone |= in_commune
        assert len(everyone) <= catalogue.present(chosen, level="DEP")[place]


def _covers(catalogue, offer: int, commune: int) -> bool:
    low, high = catalogue.bounds[catalogue.reach[offer]], catalogue.bounds[catalogue.reach[offer] + 1]
    return any(
        start <= commune < end for start, end in zip(catalogue.starts[low:high], catalogue.ends[low:high], strict=True)
    )


@settings(max_examples=40, deadline=None)
@given(OFFERS)
def test_the_three_gaps_and_what_is_near_make_the_whole(offers):
    standing = standing_of(supply_of(GROUND, offers), level="REG")

    assert (standing.near <= standing.usable).all()
    assert (standing.usable <= standing.known).all()
    assert np.allclose(standing.near + sum(standing.kinds.values()), 1)


@settings(max_examples=40, deadline=None)
@given(OFFERS, OFFERS)
def test_a_table_that_follows_changes_is_the_table_made_anew(before, after):
    table = supply_of(GROUND, before)

    for offer in once(before):
        table.change(before=offer, after=None)
    for offer in once(after):
        table.change(before=None, after=offer)

    assert np.array_equal(table.counts[:, :, :-1], supply_of(GROUND, after).counts[:, :, :-1])


@settings(max_examples=40, deadline=None)
@given(OFFERS, subsets(THEMES, 0), subsets(STEPS, 0))
def test_the_catalogue_and_the_table_agree_and_count_each_offer_once(offers, themes, steps):
    choice = Choice(categories=themes, stages=steps)
    catalogue = catalogue_of(GROUND, offers)
    chosen = catalogue.chosen(choice)

    counts = catalogue.per_commune(chosen)

    naive = Naive(offers)
    for rank, commune in enumerate(catalogue.line.communes):
        expected = sum(
            commune in naive.communes(offer)
            for offer in once(offers)
            if (not themes or set(themes) & set(offer.categories)) and (not steps or set(steps) & set(offer.stages))
        )
        assert counts[rank] == expected
    standing = catalogue.standing(choice, level="DEP")
    table = supply_of(GROUND, offers)
    cells = [column(t, s, n) for t in themes or categories() for s in steps or Stage.codes() for n in Nature.codes()]
    near = (table.counts[list(NEAR)][:, cells, :-1] > 0).any(axis=(0, 1))
    assert np.allclose(standing.near, table.ground.line.share_of_people("DEP", near))
    assert [len(catalogue.at(chosen, level="DEP", place=place)) for place in range(3)] == catalogue.present(
        chosen, level="DEP"
    ).tolist()
