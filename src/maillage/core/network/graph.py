"""Who is linked with whom, as a plain undirected graph: no loops, no double edges, nodes in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """Nodes are ranks in `names`; `neighbours[i]` are the ranks linked with node i, sorted."""

    names: tuple[str, ...]
    neighbours: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.names)

    def edges(self) -> list[tuple[int, int]]:
        """Every link once, lower rank first."""
        return [(node, other) for node, near in enumerate(self.neighbours) for other in near if node < other]


def graph_of(names: Iterable[str], pairs: Iterable[Sequence[str]]) -> Graph:
    """The graph of these names and pairs of names. A pair with an unknown name, or of one name twice, is left out.

    The order of `names` and `pairs` does not matter: nodes are sorted.
    """
    ordered = tuple(sorted(set(names)))
    rank = {name: place for place, name in enumerate(ordered)}
    near: list[set[int]] = [set() for _ in ordered]
    for left, right in pairs:
        if left in rank and right in rank and left != right:
            near[rank[left]].add(rank[right])
            near[rank[right]].add(rank[left])
    return Graph(ordered, tuple(tuple(sorted(others)) for others in near))


def components(graph: Graph) -> list[tuple[int, ...]]:
    """Groups of nodes that links join, from near to near, the largest first; a node alone is a group of one."""
    seen = [False] * len(graph)
    found: list[tuple[int, ...]] = []
    for start in range(len(graph)):
        if seen[start]:
            continue
        seen[start], group = True, [start]
        for node in group:  # grows while it is read
            for other in graph.neighbours[node]:
                if not seen[other]:
                    seen[other] = True
                    group.append(other)
        found.append(tuple(sorted(group)))
    return sorted(found, key=lambda group: (-len(group), group))


@dataclass(frozen=True, slots=True)
class Fragility:
    """What breaks the network. `points`: node → how many nodes its loss would cut off from the largest rest.

    `bridges`: link (lower rank first) → how many nodes its loss would cut off, the smaller side.
    """

    points: dict[int, int]
    bridges: dict[tuple[int, int], int]


def fragility(graph: Graph) -> Fragility:
    """The points and links without which a group falls apart.

    Source: Tarjan 1972, depth-first search without recursion, so that a long chain does not exhaust the stack.
    """
    seen, low = [0] * len(graph), [0] * len(graph)
    points: dict[int, int] = {}
    bridges: dict[tuple[int, int], int] = {}
    clock = 0
    for root in range(len(graph)):
        if seen[root]:
            continue
        order, parent, size = _depth_first(graph, root, seen=seen, low=low, clock=clock)
        clock += len(order)
        whole = len(order)
        cut: dict[int, list[int]] = {}
        for node in reversed(order[1:]):
            above = parent[node]
            if low[node] > seen[above]:
                bridges[min(node, above), max(node, above)] = min(size[node], whole - size[node])
            if low[node] >= seen[above]:
                cut.setdefault(above, []).append(size[node])
        for node, sizes in cut.items():
            if node != root or len(sizes) > 1:
                rest = whole - 1 - sum(sizes)
                points[node] = whole - 1 - max(*sizes, rest)
    return Fragility(points, bridges)


def _depth_first(
    graph: Graph, root: int, *, seen: list[int], low: list[int], clock: int
) -> tuple[list[int], dict[int, int], dict[int, int]]:
    """The nodes of a group in the order they are met, the parent of each, how many hang below it (itself included).

    Fills `seen` (when each is met, from 1) and `low` (the earliest node that what hangs below it reaches).
    """
    order, parent = [root], {root: -1}
    seen[root] = low[root] = clock + 1
    ahead = [(root, iter(graph.neighbours[root]))]
    while ahead:
        node, others = ahead[-1]
        for other in others:
            if not seen[other]:
                parent[other] = node
                order.append(other)
                seen[other] = low[other] = clock + len(order)
                ahead.append((other, iter(graph.neighbours[other])))
                break
            if other != parent[node]:
                low[node] = min(low[node], seen[other])
        else:
            ahead.pop()
            if ahead:
                low[ahead[-1][0]] = min(low[ahead[-1][0]], low[node])
    size = dict.fromkeys(order, 1)
    for node in reversed(order[1:]):
        size[parent[node]] += size[node]
    return order, parent, size
