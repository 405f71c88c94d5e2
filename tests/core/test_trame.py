"""La trame: fifteen cells, three gaps, and the laws they keep whatever the offers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from maillage.core.trame import (
    NEARNESS,
    choose,
    find_gap,
    first_steps,
    not_expected,
    places_of,
    telling_order,
    unfilled,
    weave,
)
from maillage.core.vocabulary import AidType, Echelon, GapKind, Nature, Stage
from maillage.core.weighing import weight
from maillage.core.wording import because
from tests.factories.records import an_offer

CONDITION = because("audience_missing", audiences="association")


def cell_of(cells, nature="PUBLIC", stage="EMERGENCE"):
    return next(cell for cell in cells if (cell.nature, cell.stage) == (nature, stage))


def kind_here(*, usable=(), beyond=(), far_from=Echelon.REGIONAL):
    gap = cell_of(weave(usable=usable, beyond=beyond, far_from=far_from)).gap
    return gap and gap.kind


offers = st.lists(
    st.builds(
        an_offer,
        slug=st.from_regex(r"[a-f]{1,3}", fullmatch=True),
        relevance=st.floats(0, 1),
        echelon=st.sampled_from(Echelon.codes()),
        natures=st.lists(st.sampled_from(Nature.codes()), min_size=1, max_size=3, unique=True).map(tuple),
        stages=st.lists(st.sampled_from(Stage.codes()), min_size=1, max_size=5, unique=True).map(tuple),
        aid_types=st.lists(st.sampled_from(AidType.codes()), max_size=2, unique=True).map(tuple),
        missing=st.sampled_from([None, CONDITION]),
    ),
    max_size=8,
    unique_by=lambda offer: offer.slug,
)


@given(usable=offers, beyond=offers, far_from=st.sampled_from([None, Echelon.REGIONAL, Echelon.NATIONAL]))
def test_there_are_always_fifteen_cells_and_a_gap_is_set_exactly_when_the_cell_is_one(usable, beyond, far_from):
    cells = weave(usable=usable, beyond=beyond, far_from=far_from)

    assert [(cell.nature, cell.stage) for cell in cells] == [(nature, stage) for nature in Nature for stage in Stage]
    assert all((cell.state == "gap") == (cell.gap is not None) for cell in cells)
    assert all((cell.state == "not_expected") == bool(cell.not_expected) for cell in cells)
    assert all(cell.offers for cell in cells if cell.state == "offers")


@given(usable=offers, beyond=offers, far_from=st.sampled_from([None, Echelon.REGIONAL, Echelon.NATIONAL]))
def test_each_kind_of_gap_means_what_it_says(usable, beyond, far_from):
    for cell in weave(usable=usable, beyond=beyond, far_from=far_from):
        if cell.gap is None:
            continue
        distant = cell.gap.kind == GapKind.DISTANT
        assert distant == bool(cell.offers), "only a distant gap lists offers, and it always does"
        assert not distant or (far_from and all(NEARNESS[offer.echelon] >= NEARNESS[far_from] for offer in cell.offers))
        assert (cell.gap.kind == GapKind.CONDITIONAL) == (cell.gap.condition is not None)


@given(usable=offers, beyond=offers, more=offers, far_from=st.sampled_from([None, Echelon.REGIONAL, Echelon.NATIONAL]))
def test_adding_an_offer_never_makes_a_cell_empty(usable, beyond, more, far_from):
    before = weave(usable=usable, beyond=beyond, far_from=far_from)
    known = {offer.slug for offer in usable}
    added = [offer for offer in more if offer.slug not in known]

    after = weave(usable=[*usable, *added], beyond=beyond, far_from=far_from)

    for old, new in zip(before, after, strict=True):
        if new.gap and new.gap.kind in (GapKind.NOTHING, GapKind.CONDITIONAL):
            assert old.gap
            assert old.gap.kind == new.gap.kind
        assert bool(new.offers) >= bool(old.offers)


@given(
    usable=offers,
    beyond=offers,
    far_from=st.sampled_from([None, Echelon.REGIONAL, Echelon.NATIONAL]),
    random=st.randoms(),
)
def test_the_order_in_which_offers_come_changes_nothing(usable, beyond, far_from, random):
    shuffled, shuffled_beyond = list(usable), list(beyond)
    random.shuffle(shuffled)
    random.shuffle(shuffled_beyond)

    assert weave(usable=shuffled, beyond=shuffled_beyond, far_from=far_from) == weave(
        usable=usable, beyond=beyond, far_from=far_from
    )


@given(usable=offers, far_from=st.sampled_from([None, Echelon.REGIONAL, Echelon.NATIONAL]))
def test_every_usable_offer_is_found_in_the_cells_of_its_stages_and_natures(usable, far_from):
    cells = weave(usable=usable, beyond=(), far_from=far_from)

    for offer in usable:
        held = {(c.nature, c.stage) for c in cells if offer.slug in {item.slug for item in (*c.offers, *c.more)}}
        sheet = offer.match.sheet
        assert held == {(nature, stage) for nature in sheet.natures for stage in sheet.columns()}


@given(usable=offers)
def test_the_most_local_is_told_first(usable):
    for cell in weave(usable=usable, beyond=(), far_from=Echelon.REGIONAL):
        ranks = [offer.nearness for offer in cell.offers]
        assert ranks == sorted(ranks)


def test_nothing_known_names_the_nearest_thing_that_exists_elsewhere():
    far = an_offer("ailleurs", relevance=0.9)
    gap = cell_of(weave(usable=(), beyond=(an_offer("moins", relevance=0.3), far), far_from=Echelon.REGIONAL)).gap

    assert (gap.kind, gap.nearest) == (GapKind.NOTHING, far)


def test_a_known_condition_is_told_rather_than_nothing():
    gap = find_gap((), (an_offer("a", relevance=0.9), an_offer("b", missing=CONDITION)), far_from=Echelon.REGIONAL)

    assert (gap.kind, gap.nearest.slug, gap.condition) == (GapKind.CONDITIONAL, "b", CONDITION)


def test_a_regional_or_national_offer_alone_is_distant_and_stays_listed():
    assert kind_here(usable=(an_offer(echelon="NATIONAL"),)) == GapKind.DISTANT
    assert kind_here(usable=(an_offer(echelon="REGIONAL"),)) == GapKind.DISTANT
    assert kind_here(usable=(an_offer(echelon="DEPARTMENTAL"),)) is None
    assert kind_here(usable=(an_offer("loin"), an_offer("pres", echelon="LOCAL"))) is None


def test_for_a_region_only_the_nation_is_distant():
    cells = weave(usable=(an_offer(echelon="REGIONAL"),), beyond=(), far_from=Echelon.NATIONAL)

    assert cell_of(cells).gap is None


def test_without_a_place_distance_means_nothing():
    assert kind_here(usable=(an_offer(echelon="NATIONAL"),), far_from=None) is None
    assert kind_here(far_from=None) == GapKind.NOTHING


def test_a_local_offer_hidden_under_better_national_ones_still_fills_the_gap():
    national = [an_offer(f"n{rank}", relevance=1.0) for rank in range(int(weight("trame", "shown_per_cell")))]

    cell = cell_of(
        weave(
            usable=[*national, an_offer("pres", relevance=0.2, echelon="LOCAL")], beyond=(), far_from=Echelon.REGIONAL
        )
    )

    assert cell.gap is None
    assert cell.offers[0].slug == "pres"


def test_where_no_offer_is_expected_none_is_missing_but_one_that_exists_is_shown():
    (nature, stage), reason = next(iter(not_expected().items()))
    empty = cell_of(weave(usable=(), beyond=(), far_from=Echelon.REGIONAL), nature, stage)
    held = an_offer(natures=(nature,), stages=(stage,))

    assert (empty.state, empty.not_expected, empty.gap) == ("not_expected", reason, None)
    assert cell_of(weave(usable=(held,), beyond=(), far_from=Echelon.REGIONAL), nature, stage).state == "offers"


def test_the_cells_where_nothing_is_expected_are_cells_of_the_trame():
    assert {(Nature(nature), Stage(stage)) for nature, stage in not_expected()} == set(not_expected())
    assert all(reason.endswith(".") for reason in not_expected().values())


def test_money_stands_in_its_own_column_whatever_it_pays_for():
    cells = weave(usable=(an_offer(aid_types=("grant",), stages=("DELIVERY",)),), beyond=(), far_from=Echelon.REGIONAL)

    assert {cell.stage for cell in cells if cell.offers} == {Stage.FUNDING}


def test_a_nearer_offer_is_kept_when_relevance_is_close():
    limit = int(weight("trame", "shown_per_cell"))
    national = [an_offer(f"n{rank}", relevance=0.5) for rank in range(limit)]
    local = an_offer("local", relevance=0.5 - 2 * weight("trame", "per_echelon_nearer"), echelon="LOCAL")

    shown, more = choose(sorted([*national, local], key=telling_order))

    assert local in shown
    assert len(shown) == limit
    assert len(more) == 1


def test_first_steps_are_few_distinct_and_of_different_natures():
    usable = [
        an_offer("payant", price="PAID", echelon="LOCAL"),
        an_offer("gratuit", price="FREE", echelon="LOCAL"),
        an_offer("lien", natures=("CATALYST",), stages=("DESIGN",)),
        an_offer("argent", natures=("PROJECT",), aid_types=("grant",)),
        an_offer("encore", natures=("CATALYST",)),
    ]

    steps = first_steps(weave(usable=usable, beyond=(), far_from=Echelon.REGIONAL))

    assert [step.slug for step in steps] == ["gratuit", "encore", "argent"]


def test_no_offer_no_first_step():
    assert first_steps(weave(usable=(), beyond=(), far_from=Echelon.REGIONAL)) == ()


def test_a_local_offer_whose_presence_is_unsure_makes_the_cell_conditional():
    unsure = an_offer(echelon="LOCAL", unsure=CONDITION)

    gap = cell_of(weave(usable=(unsure,), beyond=(), far_from=Echelon.REGIONAL)).gap

    assert gap is not None
    assert (gap.kind, gap.condition) == (GapKind.CONDITIONAL, CONDITION)


def test_a_sure_offer_beside_an_unsure_one_closes_the_gap():
    usable = (an_offer("sure", echelon="DEPARTMENTAL"), an_offer("peut-etre", echelon="LOCAL", unsure=CONDITION))

    assert kind_here(usable=usable) is None


def test_a_region_is_not_far_from_its_own_offers():
    regional = (an_offer(echelon="REGIONAL"),)

    assert cell_of(weave(usable=regional, beyond=(), far_from=Echelon.NATIONAL)).gap is None
    assert cell_of(weave(usable=regional, beyond=(), far_from=Echelon.REGIONAL)).gap is not None


@given(usable=offers, beyond=offers, far_from=st.sampled_from([None, Echelon.REGIONAL, Echelon.NATIONAL]))
def test_what_lies_beyond_matters_only_in_the_cells_nothing_usable_fills(usable, beyond, far_from):
    empty = unfilled(usable)
    useful = [offer for offer in beyond if not empty.isdisjoint(places_of(offer.match.sheet))]

    whole = weave(usable=usable, beyond=beyond, far_from=far_from)

    assert whole == weave(usable=usable, beyond=useful, far_from=far_from)
    assert empty == {(cell.stage, cell.nature) for cell in whole if cell.gap and not cell.offers}
