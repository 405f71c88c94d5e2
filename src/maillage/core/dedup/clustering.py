"""Pairs gathered into clusters, without ever joining two sheets that a person said different."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.core.dedup.shapes import Cluster, Pair, Verdict


def clusters(pairs: Sequence[Pair]) -> list[Cluster]:
    """The sheets that are one: two or more keys per cluster, no key in two clusters.

    What a person called the same joins first, then the surest pairs. A pair that would put in one cluster two
    sheets a person called different is left aside, whatever its points.
    """
    apart = _told_apart(pairs)
    home: dict[str, set[str]] = {}
    joined: list[Pair] = []
    for pair in sorted((pair for pair in pairs if pair.verdict is Verdict.SAME), key=_surest_first):
        one = home.setdefault(pair.left, {pair.left})
        two = home.setdefault(pair.right, {pair.right})
        if one is not two:
            small, large = sorted((one, two), key=len)
            if any(not large.isdisjoint(apart.get(key, ())) for key in small):
                continue
            _join(home, one, two)
        joined.append(pair)
    members = {id(group): group for group in home.values() if len(group) > 1}
    held: dict[int, list[Pair]] = {}
    for pair in joined:
        held.setdefault(id(home[pair.left]), []).append(pair)
    found = [Cluster(tuple(sorted(group)), tuple(held[name])) for name, group in members.items()]
    return sorted(found, key=lambda cluster: cluster.keys)


def _surest_first(pair: Pair) -> tuple[bool, float, list[str]]:
    return not pair.by_person, -pair.points, sorted(pair.keys)


def _told_apart(pairs: Sequence[Pair]) -> dict[str, set[str]]:
    """For each key, those that a person said to be something else."""
    apart: dict[str, set[str]] = {}
    for pair in pairs:
        if pair.by_person and pair.verdict is Verdict.DIFFERENT:
            apart.setdefault(pair.left, set()).add(pair.right)
            apart.setdefault(pair.right, set()).add(pair.left)
    return apart


def _join(home: dict[str, set[str]], one: set[str], two: set[str]) -> None:
    small, large = sorted((one, two), key=len)
    large |= small
    for key in small:
        home[key] = large
