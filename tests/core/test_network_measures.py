"""Measures of the network, judged by networkx on random graphs, and by brute force where it has none."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations, product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.network import measures
from maillage.core.network.graph import components, fragility, graph_of
from maillage.core.network.layout import layout
from maillage.core.network.measures import constraints, liaisons, mixing, nature_bits, passages
from maillage.core.vocabulary import Nature


@st.composite
def worlds(draw, most: int = 14):
    """Names and pairs of names, loops and repeats included."""
    names = [f"n{place:02}" for place in range(draw(st.integers(1, most)))]
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=3 * len(names)))
    return names, pairs


def oracle(names, pairs):
    graph = nx.Graph()
    graph.add_nodes_from(sorted(names))
    graph.add_edges_from((left, right) for left, right in pairs if left != right)
    return graph


@given(worlds())
def test_groups_points_and_links_of_fragility_are_those_of_networkx(world):
    names, pairs = world
    graph, judge = graph_of(names, pairs), oracle(*world)

    found = fragility(graph)

    assert {frozenset(graph.names[node] for node in group) for group in components(graph)} == {
        frozenset(group) for group in nx.connected_components(judge)
    }
    assert {graph.names[node] for node in found.points} == set(nx.articulation_points(judge))
    assert {frozenset((graph.names[a], graph.names[b])) for a, b in found.bridges} == {
        frozenset(edge) for edge in nx.bridges(judge)
    }


@given(worlds())
def test_what_a_loss_cuts_off_is_counted_by_taking_it_away(world):
    names, pairs = world
    graph, judge = graph_of(names, pairs), oracle(*world)
    found = fragility(graph)

    def largest_rest(whole, without):
        return max((len(group & whole) for group in nx.connected_components(without)), default=0)

    for node, cut in found.points.items():
        whole = nx.node_connected_component(judge, graph.names[node]) - {graph.names[node]}
        without = judge.copy()
        without.remove_node(graph.names[node])
        assert cut == len(whole) - largest_rest(whole, without)
    for (left, right), cut in found.bridges.items():
        whole = nx.node_connected_component(judge, graph.names[left])
        without = judge.copy()
        without.remove_edge(graph.names[left], graph.names[right])
        assert cut == len(whole) - largest_rest(whole, without)


@given(worlds())
def test_passages_and_constraints_are_those_of_networkx(world):
    graph, judge = graph_of(*world), oracle(*world)

    between, constraint = nx.betweenness_centrality(judge), nx.constraint(judge)

    assert passages(graph) == pytest.approx([between[name] for name in graph.names])
    for value, name in zip(constraints(graph), graph.names, strict=True):
        expected = constraint[name]
        assert (value is None) == bool(np.isnan(expected))
        assert value is None or value == pytest.approx(expected)


def test_beyond_the_limit_passages_are_an_estimate_close_to_the_truth(monkeypatch):
    judge = nx.relabel_nodes(nx.barabasi_albert_graph(300, 2, seed=7), lambda node: f"n{node:03}")
    graph = graph_of(judge.nodes, judge.edges)
    exact = np.array(passages(graph))

    monkeypatch.setattr(measures, "weight", lambda section, name: 150_000.0)
    estimate = np.array(passages(graph))

    assert not np.array_equal(exact, estimate)
    assert np.corrcoef(exact, estimate)[0, 1] > 0.95
    assert set(np.argsort(-exact)[:5]) <= set(np.argsort(-estimate)[:12])


@given(worlds(most=9), st.data())
def test_liaisons_are_the_open_pairs_where_three_natures_meet(world, data):
    graph = graph_of(*world)
    sets = st.sets(st.sampled_from(Nature.codes()))
    natures = [data.draw(sets) for _ in graph.names]

    def meets(*three):
        return any(
            all(code in one for code, one in zip(order, three, strict=True)) for order in permutations(Nature.codes())
        )

    expected = [
        sum(
            right not in graph.neighbours[left] and meets(natures[left], natures[node], natures[right])
            for left, right in combinations(near, 2)
        )
        for node, near in enumerate(graph.neighbours)
    ]
    assert liaisons(graph, [nature_bits(tuple(one)) for one in natures]) == expected


@given(worlds(), st.data())
def test_mixing_counts_each_link_once(world, data):
    graph = graph_of(*world)
    natures = [data.draw(st.lists(st.sampled_from(Nature.codes()), unique=True, min_size=1)) for _ in graph.names]

    found = mixing(graph, natures)

    assert sum(found.values()) == pytest.approx(len(graph.edges()))
    for left, right in product(Nature.codes(), repeat=2):
        if found.get((left, right), 0):
            pairs = [{*natures[a]} | {*natures[b]} for a, b in graph.edges()]
            assert any({left, right} <= pair for pair in pairs)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_changes_nothing(world, chance):
    names, pairs = world
    other_names, other_pairs = list(names), [pair[::-1] for pair in pairs]
    chance.shuffle(other_names)
    chance.shuffle(other_pairs)

    one, two = graph_of(names, pairs), graph_of(other_names, other_pairs)

    assert (one.names, one.neighbours) == (two.names, two.neighbours)


def test_a_long_chain_does_not_exhaust_the_stack():
    names = [f"n{place:05}" for place in range(5000)]
    graph = graph_of(names, pairwise(names))

    found = fragility(graph)

    assert len(found.points) == 4998
    assert found.points[2500] == 2499
    assert found.bridges[0, 1] == 1


def test_a_drawing_stays_in_its_box_apart_and_always_the_same():
    judge = nx.gnm_random_graph(40, 60, seed=3)
    graph = graph_of([f"n{node:02}" for node in judge], [(f"n{a:02}", f"n{b:02}") for a, b in judge.edges])
    drawn = [layout(graph, groups=[0] * 40, width=800, height=500, apart=30) for _ in range(2)]

    assert np.array_equal(*drawn)
    assert (drawn[0] >= 0).all()
    assert (drawn[0] <= [800, 500]).all()
    distance = np.sqrt(((drawn[0][:, None] - drawn[0][None]) ** 2).sum(axis=2)) + np.eye(40) * 1e9
    assert distance.min() > 15
    assert layout(graph_of([], []), groups=[], width=1, height=1, apart=1).shape == (0, 2)
    assert layout(graph_of(["a"], []), groups=[0], width=10, height=10, apart=1).tolist() == [[5.0, 5.0]]
