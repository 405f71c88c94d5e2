"""Offers that paid for the same real projects, read in the published lists of funded projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from maillage.core.weighing import weight

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One funded project: which offer paid (slug), for whom (SIREN, or the place), when, on what."""

    offer: str
    whom: str
    year: int
    categories: tuple[str, ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cofunding:
    """How many projects two offers paid together, and from which year to which."""

    projects: int
    first: int
    last: int


def cofunding(grants: Iterable[Seen]) -> Mapping[Pair, Cofunding]:
    """For each two offers (slugs sorted) that paid for the same projects: how many, and when.

    Two grants are one project when they went to the same body or place, within `network.cofunding_years`, for a shared
    category, under titles that share at least `network.cofunding_alike` of the words of the shorter one. A project is
    counted once for a pair, whatever the number of grants.
    """
    by_whom: dict[str, list[Seen]] = defaultdict(list)
    for grant in grants:
        if grant.whom and grant.words and grant.categories:
            by_whom[grant.whom].append(grant)
    years: dict[Pair, list[int]] = defaultdict(list)
    for rows in by_whom.values():
        if len({row.offer for row in rows}) > 1:
            for pair, year in _projects(rows):
                years[pair].append(year)
    return {
        pair: Cofunding(projects=len(found), first=min(found), last=max(found)) for pair, found in sorted(years.items())
    }


def _projects(rows: list[Seen]) -> list[tuple[Pair, int]]:
    """The projects that two offers share among these grants to one body; each grant stands in one project of a pair."""
    ordered = sorted(rows, key=lambda row: (row.year, row.offer, sorted(row.words)))
    years = weight("network", "cofunding_years")
    found: list[tuple[Pair, int]] = []
    used: set[tuple[int, Pair]] = set()
    for (left, one), (right, two) in combinations(enumerate(ordered), 2):
        if one.offer == two.offer or two.year - one.year > years or not _same_works(one, two):
            continue
        first, second = sorted((one.offer, two.offer))
        pair = (first, second)
        if (left, pair) not in used and (right, pair) not in used:
            used |= {(left, pair), (right, pair)}
            found.append((pair, min(one.year, two.year)))
    return found


def _same_works(one: Seen, two: Seen) -> bool:
    shared = len(one.words & two.words)
    enough = shared >= weight("network", "cofunding_alike") * min(len(one.words), len(two.words))
    return enough and not set(one.categories).isdisjoint(two.categories)
