"""Links that the data suggests: what is suggested, what never is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from maillage.core.articulation import likeness, propose
from maillage.core.trame import weave
from maillage.core.vocabulary import LinkKind, categories
from maillage.core.weighing import weight
from tests.factories.records import a_sheet, an_offer, an_operator

CODE = next(iter(categories()))


def suggested(*offers, known=()):
    return propose(weave(usable=offers, beyond=(), far_from=None), known=known, rarity={})


def study(slug, title="Étude de la rénovation des écoles", **said):
    values = {"categories": (CODE,), "operators": (an_operator(slug=f"org-{slug}", name=slug),)}
    return an_offer(slug, title=title, **values | said)


def test_two_offers_of_one_cell_with_the_same_object_overlap():
    (found,) = suggested(study("a"), study("b"))

    assert (found.origin, found.target, found.kind) == ("a", "b", LinkKind.OVERLAPS)
    assert found.strength == 1.0
    label = categories()[CODE].label
    assert [reason.sentence() for reason in found.reasons] == [
        "interviennent toutes deux à l’étape « émergence »",
        f"traitent toutes deux de « {label} »",
    ]


def test_offers_that_share_no_purpose_no_public_no_aid_or_one_operator_do_not_overlap():
    other = "Inventaire des zones humides"
    cases = {
        "another object": study("b", title=other),
        "another public": study("b", audiences=("association",)),
        "another aid": study("b", aid_types=("training",)),
        "another theme": study("b", categories=()),
        "a generalist": study("b", generalist=True),
        "the same operator": study("b", operators=(an_operator(slug="org-a", name="a"),)),
    }

    assert {why: suggested(study("a"), offer) for why, offer in cases.items()} == dict.fromkeys(cases, ())


def test_the_next_stage_on_the_same_object_follows():
    (found,) = suggested(study("avant"), study("apres", stages=("DESIGN",)))

    assert (found.origin, found.target, found.kind) == ("avant", "apres", LinkKind.PRECEDES)
    assert "« émergence »" in found.reasons[0].sentence()


def test_a_stage_further_or_before_does_not_follow():
    assert suggested(study("avant"), study("loin", stages=("DELIVERY",))) == ()
    assert suggested(study("deux", stages=("EMERGENCE", "DESIGN")), study("apres", stages=("DESIGN",)))[0].kind != (
        LinkKind.PRECEDES
    )


def test_a_nearer_offer_that_names_its_parent_relays_it():
    national = study("national", title="Bâtiment", echelon="NATIONAL")
    local = study("local", title="Permanence du mardi", echelon="LOCAL", parent="national", categories=())

    (found,) = suggested(national, local)

    assert (found.origin, found.target, found.kind) == ("local", "national", LinkKind.RELAYS)
    assert found.strength == weight("articulation", "relay")


def test_a_link_already_known_in_either_direction_is_not_suggested_again():
    assert suggested(study("a"), study("b"), known={("a", "b", "precedes")}) == ()
    assert suggested(study("a"), study("b"), known={("b", "a", "overlaps")}) == ()


def test_a_pair_is_suggested_once_and_the_strongest_come_first():
    offers = [study(f"s{rank}", title=f"Étude de la rénovation des écoles {'rurales ' * rank}") for rank in range(6)]

    found = suggested(*offers)

    pairs = [frozenset((item.origin, item.target)) for item in found]
    assert len(pairs) == len(set(pairs)) <= weight("articulation", "shown")
    assert [item.strength for item in found] == sorted((item.strength for item in found), reverse=True)


words = st.lists(st.sampled_from(["toiture", "école", "eau", "forêt", "haie"]), min_size=1, max_size=5).map(" ".join)


@given(left=words, right=words, rarity=st.dictionaries(st.sampled_from(["toitur", "eau", "hai"]), st.floats(0.1, 9)))
def test_likeness_is_a_cosine(left, right, rarity):
    one, two = a_sheet(left), a_sheet(right)

    assert 0.0 <= likeness(one, two, rarity) <= 1.0 + 1e-9
    assert likeness(one, two, rarity) == likeness(two, one, rarity)
    assert abs(likeness(one, one, rarity) - 1.0) < 1e-9


def test_sheets_without_words_are_alike_to_nothing():
    assert likeness(a_sheet("—"), a_sheet("—"), {}) == 0.0
