"""Missing links: who should know whom, why, and what it would mend; compared with a slow judge on small worlds."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.core.network.clues import candidates, evidence_of, judge
from maillage.core.network.cofunding import Cofunding, Seen, cofunding
from maillage.core.network.gain import NOTHING, Fabric
from maillage.core.network.missing import missing_links
from maillage.core.network.nodes import Node, node_of
from maillage.core.network.places import footprints_of
from maillage.core.vocabulary import AidType, Audience, LinkKind, Nature, Stage, categories
from maillage.core.weighing import weight, weights
from tests.factories.records import a_programme, an_operator

THEMES = list(categories())[:3]
WORDS = ("frich", "eau", "ecol", "velo", "haie")
PLACES = 12
SETS = [np.array(ranks, dtype=np.int32) for ranks in (range(12), range(4), range(3, 7), (11,), ())]
FOOTPRINTS, WHICH = footprints_of(SETS, places=PLACES)


def a_node(slug: str = "a", **said) -> Node:
    values = {
        "title": slug,
        "natures": ("PUBLIC",),
        "stages": ("EMERGENCE",),
        "categories": (THEMES[0],),
        "audiences": ("commune",),
        "aid_types": ("technical_engineering",),
        "operators": (f"org-{slug}",),
        "kin": (),
        "generalist": False,
        "nearness": 3,
        "footprint": 0,
        "stems": ("frich", "eau"),
    }
    return Node(slug=slug, **values | said)


def proof(*nodes, cofunded=None):
    return evidence_of(nodes, FOOTPRINTS, cofunded=cofunded or {})


def some(codes, least=0):
    return st.lists(st.sampled_from(codes), unique=True, min_size=least, max_size=3).map(tuple)


@st.composite
def worlds(draw):
    count = draw(st.integers(2, 9))
    return [
        a_node(
            f"n{place}",
            natures=draw(some(Nature.codes())),
            stages=draw(some(Stage.codes(), 1)),
            categories=draw(some(THEMES)),
            audiences=draw(some(Audience.codes())),
            aid_types=draw(some(("grant", "training", "loan"))),
            operators=draw(some(("o1", "o2", "o3", "o4", "o5"))),
            kin=draw(st.sampled_from([(), (), ("n0",)])) if place else (),
            generalist=draw(st.integers(0, 9)) == 0,
            nearness=draw(st.integers(0, 3)),
            footprint=draw(st.sampled_from(WHICH)),
            stems=draw(some(WORDS)),
        )
        for place in range(count)
    ]


@st.composite
def proofs(draw):
    nodes = draw(worlds())
    pairs = list(combinations([node.slug for node in nodes], 2))
    paid = draw(st.lists(st.sampled_from(pairs), max_size=2, unique=True))
    return proof(*nodes, cofunded={pair: Cofunding(projects=40, first=2020, last=2022) for pair in paid})


def test_the_weights_of_the_clues_add_up_to_one():
    shares = [item.value for item in weights()["network"].values() if item.unit == "part"]

    assert sum(shares) == pytest.approx(1)


@settings(deadline=None)
@given(proofs())
def test_compared_all_at_once_or_one_by_one_the_same_pairs_pass(world):
    slow = {pair for pair in combinations(sorted(world.nodes), 2) if judge(world, pair)}
    fast = {item.pair for item in candidates(world, known=())}

    assert fast <= slow
    most = weight("network", "per_offer")
    ends = [end for pair in slow for end in pair]
    assert all(max(ends.count(end) for end in pair) > most for pair in slow - fast)


@settings(deadline=None)
@given(proofs(), st.randoms(use_true_random=False))
def test_the_order_of_the_offers_changes_nothing(world, chance):
    nodes = list(world.nodes.values())
    chance.shuffle(nodes)

    assert missing_links(proof(*nodes, cofunded=world.cofunded), declared=()) == missing_links(world, declared=())


@settings(deadline=None)
@given(proofs(), st.data())
def test_what_is_declared_or_refused_is_never_missing_and_clues_add_up(world, data):
    pairs = list(combinations(sorted(world.nodes), 2))
    declared = data.draw(st.lists(st.sampled_from(pairs), max_size=4))
    refused = data.draw(st.lists(st.sampled_from(pairs), max_size=4))

    for item in missing_links(world, declared=[pair[::-1] for pair in declared], refused=refused):
        one = item.candidate
        assert one.pair not in {*declared, *refused}
        assert one.strength == sum(clue.points for clue in one.clues)
        assert weight("network", "proposed_from") <= one.strength <= 1 + 1e-9
        left, right = (world.nodes[slug] for slug in one.pair)
        assert not left.generalist
        assert not right.generalist
        assert not set(left.operators) & set(right.operators)


def slow_gain(world, links, pair):
    """Cells mended, counted one commune after the other."""

    def cells(left, right):
        one, two = world.nodes[left], world.nodes[right]
        themes = set(one.categories) & set(two.categories) or {*one.categories, *two.categories}
        places = [set(SETS[WHICH.index(end.footprint)].tolist()) for end in (one, two)]
        kinds = {kind for end in (one, two) for kind in product(themes, end.stages, end.natures)}
        return {(commune, kind) for commune in places[0] & places[1] for kind in kinds}

    return cells(*pair) - {cell for link in links for cell in cells(*link)}


@settings(deadline=None)
@given(proofs(), st.data())
def test_the_gain_is_what_no_declared_link_holds_commune_by_commune(world, data):
    pairs = list(combinations(sorted(world.nodes), 2))
    links = data.draw(st.lists(st.sampled_from(pairs), max_size=4))
    pair = data.draw(st.sampled_from(pairs))
    fabric = Fabric(world.nodes, world.footprints, links=links)

    found, expected = fabric.gain(*pair), slow_gain(world, links, pair)

    assert found.total == len(expected)
    assert found.communes == len({commune for commune, _ in expected})
    assert found.cells == len({kind for _, kind in expected})
    fabric.hold(*pair)
    assert fabric.gain(*pair) == NOTHING


@settings(deadline=None)
@given(proofs(), st.data())
def test_the_demand_met_is_that_of_each_cell_mended_commune_by_commune(world, data):
    pairs = list(combinations(sorted(world.nodes), 2))
    links, pair = data.draw(st.lists(st.sampled_from(pairs), max_size=3)), data.draw(st.sampled_from(pairs))
    codes = sorted({code for node in world.nodes.values() for code in node.categories})
    worth = {code: data.draw(st.lists(st.integers(0, 9), min_size=PLACES, max_size=PLACES)) for code in codes}
    blocks, size = world.footprints.block_of, len(world.footprints.communes)
    asked = {
        code: np.bincount(blocks[blocks >= 0], weights=np.array(values)[blocks >= 0], minlength=size)
        for code, values in worth.items()
    }
    found = Fabric(world.nodes, world.footprints, links=links, asked=asked).gain(*pair)

    expected = sum(worth[kind[0]][commune] for commune, kind in slow_gain(world, links, pair))
    assert found.demand == pytest.approx(expected)
    assert found.score == pytest.approx(sum(points for _, points in found.parts))
    told = weight("network", "gain_cell") * found.total + weight("network", "gain_demand") * found.demand
    assert found.score == pytest.approx(told)


def test_of_two_links_that_mend_as_much_the_one_where_more_is_asked_for_comes_first():
    one = a_node("a"), a_node("b", stages=("DESIGN",))
    other = a_node("c", categories=(THEMES[1],)), a_node("d", stages=("DESIGN",), categories=(THEMES[1],))
    world = proof(*one, *other)
    size = len(world.footprints.communes)
    asked = replace(world, asked={THEMES[1]: np.ones(size)})

    plain, weighed = (missing_links(each, declared=()) for each in (world, asked))

    assert {each.candidate.pair for each in plain} == {each.candidate.pair for each in weighed}
    assert plain[0].candidate.pair == ("a", "b")
    assert weighed[0].candidate.pair == ("c", "d")


@given(proofs(), st.data())
@settings(deadline=None)
def test_one_more_declared_link_never_raises_the_gain_of_another(world, data):
    pairs = list(combinations(sorted(world.nodes), 2))
    pair, other = data.draw(st.sampled_from(pairs)), data.draw(st.sampled_from(pairs))
    fabric = Fabric(world.nodes, world.footprints, links=())
    before = fabric.gain(*pair).total

    fabric.hold(*other)

    assert fabric.gain(*pair).total <= before


@pytest.mark.parametrize(
    ("left", "right", "kind", "order"),
    [
        ({}, {"stages": ("DESIGN",)}, LinkKind.PRECEDES, ("a", "b")),
        ({"stages": ("DESIGN",)}, {}, LinkKind.PRECEDES, ("b", "a")),
        ({}, {}, LinkKind.OVERLAPS, ("a", "b")),
        ({}, {"natures": ("CATALYST",), "nearness": 0}, LinkKind.COMPLEMENTS, ("b", "a")),
    ],
    ids=["upstream", "downstream", "same cell", "two natures, the nearer first"],
)
def test_the_kind_of_a_missing_link(left, right, kind, order):
    found = judge(proof(a_node("a", **left), a_node("b", **right)), ("a", "b"))

    assert found is not None
    assert (found.kind, (found.origin, found.target)) == (kind, order)


def test_each_clue_says_its_reason_and_its_points():
    found = judge(
        proof(
            a_node("a", natures=("CATALYST",), footprint=WHICH[1]),
            a_node("b", stages=("DESIGN",), audiences=("commune", "epci")),
            cofunded={("a", "b"): Cofunding(projects=100, first=2020, last=2023)},
        ),
        ("a", "b"),
    )

    assert found is not None
    label = categories()[THEMES[0]].label
    assert [(clue.reason.sentence(), round(clue.points, 3)) for clue in found.clues] == [
        (f"traitent toutes deux de « {label} »", 0.35),
        ("la première relève de l’étape « émergence », la seconde de l’étape « conception »", 0.2),
        ("projets réels payés ensemble : 100, de 2020 à 2023", 0.15),
        ("s’adressent aux mêmes bénéficiaires : commune", 0.05),
        ("communes où l’on peut demander les deux : 4", 0.1),
        ("deux natures d’ingénierie se rencontrent : catalyse entre mondes et ingénierie publique", 0.1),
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"operators": ("org-a",)},
        {"kin": ("a",)},
        {"generalist": True},
        {"footprint": WHICH[4]},
        {"stems": ("velo",)},
        {"categories": (THEMES[1],)},
    ],
    ids=["one body", "a local variant", "treats of everything", "nowhere together", "another object", "another theme"],
)
def test_who_knows_each_other_or_has_nothing_in_common_is_not_missing(other):
    assert judge(proof(a_node("a"), a_node("b", **{"stages": ("DESIGN",)} | other)), ("a", "b")) is None


def test_two_envelopes_that_pay_together_are_seen_though_their_words_differ():
    money = {"aid_types": ("grant",), "stages": ("FUNDING",)}
    nodes = (a_node("a", **money), a_node("b", **money, stems=("eau", "velo"), categories=THEMES[:1]))
    alike = judge(proof(*nodes), ("a", "b"))
    paid = judge(proof(*nodes, cofunded={("a", "b"): Cofunding(projects=500, first=2019, last=2023)}), ("a", "b"))

    assert paid is not None
    assert paid.kind == LinkKind.CO_FUNDS
    assert alike is None or alike.strength < paid.strength


def seen(offer, whom="COM-1", year=2022, words="refection toiture ecole", themes=(THEMES[0],)):
    return Seen(offer=offer, whom=whom, year=year, categories=themes, words=frozenset(words.split()))


def test_a_project_paid_by_two_envelopes_is_counted_once():
    grants = [seen("detr"), seen("detr", year=2023), seen("fonds"), seen("fonds", whom="COM-2")]

    assert cofunding(grants) == {("detr", "fonds"): Cofunding(projects=1, first=2022, last=2022)}


@pytest.mark.parametrize(
    "other",
    [
        seen("fonds", whom="COM-2"),
        seen("fonds", year=2024),
        seen("fonds", words="eclairage public bourg"),
        seen("fonds", themes=(THEMES[1],)),
        seen("detr"),
    ],
    ids=["another place", "years apart", "other works", "another theme", "the same envelope"],
)
def test_two_grants_that_are_not_one_project(other):
    assert cofunding([seen("detr"), other]) == {}


def test_footprints_are_kept_once_and_count_communes():
    found, which = footprints_of([*SETS, SETS[1][::-1]], places=PLACES)

    assert which == [0, 1, 2, 3, 4, 1]
    assert found.shared.tolist() == [
        [12, 4, 4, 1, 0],
        [4, 4, 1, 0, 0],
        [4, 1, 4, 0, 0],
        [1, 0, 0, 1, 0],
        [0, 0, 0, 0, 0],
    ]
    assert found.contained[0].tolist() == [1, 1, 1, 1, 0]


def test_a_sheet_becomes_a_node_with_money_at_its_column():
    record = a_programme(
        "Recyclage des friches", slug="friches", aid_types=("grant",), stages=("DESIGN",), operators=(an_operator(),)
    )

    found = node_of(record, footprint=2)

    assert (found.stages, found.operators, found.footprint) == (("FUNDING",), ("agence-ternois",), 2)
    assert "frich" in found.stems
    assert set(AidType.codes()) >= set(found.aid_types)
