"""Who holds the network together, in numbers that have plain words: docs/method/articulation.md."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations_with_replacement, permutations

from maillage.core.network.graph import Graph, components
from maillage.core.vocabulary import Nature
from maillage.core.weighing import weight

NATURES = Nature.codes()


def passages(graph: Graph) -> list[float]:
    """For each node, the share of the other pairs whose shortest ways pass through it, from 0 to 1 (« pont »).

    Exact within `network.passage_steps` (a step is a link followed from a starting node); beyond, starting nodes are
    taken at even steps and the share is an estimate. Source: betweenness, Brandes 2001; pivots, Brandes and Pich 2007.
    """
    count = len(graph)
    found = [0.0] * count
    linked = [node for group in components(graph) if len(group) > 2 for node in group]
    if not linked:
        return found
    steps = sum(
        len(group) * (len(group) + sum(len(graph.neighbours[node]) for node in group))
        for group in components(graph)
        if len(group) > 2
    )
    apart = math.ceil(steps / weight("network", "passage_steps"))
    starts = linked[::apart]
    for start in starts:
        _add_passages(graph, start, found)
    pairs = (count - 1) * (count - 2) * len(starts) / len(linked)
    return [min(1.0, value / pairs) for value in found]


def _add_passages(graph: Graph, start: int, found: list[float]) -> None:
    """Add, for each node, its part in the shortest ways from `start`."""
    far = {start: 0}
    ways = {start: 1.0}
    before: dict[int, list[int]] = {start: []}
    order = [start]
    for node in order:  # grows while it is read
        for other in graph.neighbours[node]:
            if other not in far:
                far[other], ways[other], before[other] = far[node] + 1, 0.0, []
                order.append(other)
            if far[other] == far[node] + 1:
                ways[other] += ways[node]
                before[other].append(node)
    share = dict.fromkeys(order, 0.0)
    for node in reversed(order[1:]):
        for nearer in before[node]:
            share[nearer] += ways[nearer] / ways[node] * (1 + share[node])
        found[node] += share[node]


def constraints(graph: Graph) -> list[float | None]:
    """For each node, how much its contacts already know one another (Burt’s constraint); None for a node alone.

    Low: it brings together people who do not meet otherwise. Source: Burt 1992, every link weighing the same.
    """
    near = [frozenset(others) for others in graph.neighbours]
    return [_constraint(graph, near, node) for node in range(len(graph))]


def _constraint(graph: Graph, near: Sequence[frozenset[int]], node: int) -> float | None:
    mine = graph.neighbours[node]
    if not mine:
        return None
    share = 1 / len(mine)
    total = 0.0
    for other in mine:
        around = sum(1 / len(near[middle]) for middle in near[other] & near[node])
        total += (share + share * around) ** 2
    return total


def nature_bits(natures: Sequence[str]) -> int:
    """The natures of a node as three bits."""
    return sum(1 << place for place, code in enumerate(NATURES) if code in natures)


def _meets_three() -> frozenset[tuple[int, int, int]]:
    """The triples (one end, the node between, the other end) where each can stand for another nature."""
    every = range(1 << len(NATURES))
    return frozenset(
        (left, middle, right)
        for left in every
        for middle in every
        for right in every
        if any(left >> a & 1 and middle >> b & 1 and right >> c & 1 for a, b, c in permutations(range(3)))
    )


MEETS_THREE = _meets_three()


def liaisons(graph: Graph, natures: Sequence[int]) -> list[int]:
    """For each node, the pairs it alone brings together so that the three natures meet (« relie les trois natures »).

    `natures`: the bits of each node. A pair counts when both are linked with the node, not with each other, and the
    three can each stand for another nature. Source: « liaison », Gould and Fernandez 1989, undirected.
    """
    near = [frozenset(others) for others in graph.neighbours]
    found = []
    for node, mine in enumerate(near):
        counts = [0] * 8
        for other in mine:
            counts[natures[other]] += 1
        total = 0
        for left, right in combinations_with_replacement(range(8), 2):
            if (left, natures[node], right) in MEETS_THREE:
                total += counts[left] * (counts[left] - 1) // 2 if left == right else counts[left] * counts[right]
        tied = sum(
            (natures[left], natures[node], natures[right]) in MEETS_THREE
            for left in mine
            for right in near[left] & mine
            if left < right
        )
        found.append(total - tied)
    return found


def mixing(graph: Graph, natures: Sequence[Sequence[str]]) -> dict[tuple[str, str], float]:
    """How many links join each two natures, both orders of a pair told once; a link of several natures is shared out.

    The values add up to the links whose two ends say a nature.
    """
    found = dict.fromkeys(combinations_with_replacement(NATURES, 2), 0.0)
    for left, right in graph.edges():
        both = len(natures[left]) * len(natures[right])
        for one in natures[left]:
            for two in natures[right]:
                first, second = sorted((one, two), key=NATURES.index)
                found[first, second] += 1 / both
    return found
