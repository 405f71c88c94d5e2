"""Which statements bring together voters who otherwise differ, group by group, with reasons.

As Polis does it: voters who vote alike make groups, and a statement is worth the product, over the groups, of its
share of agreement with one voice added on each side, (1 + agree) / (2 + votes). A crowd cannot carry a statement that a
small group rejects. The groups are those of k medoids, each around one voter's own votes, on the mean gap between two
voters over what both voted. Voters are put in the order of their votes first: names and arrival change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
import numpy.typing as npt

from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

Matrix = npt.NDArray[np.float64]


class Vote(IntEnum):
    """What one says of a statement."""

    DISAGREE = -1
    PASS = 0
    AGREE = 1


class Standing(StrEnum):
    """How the groups stand on a statement."""

    SHARED = "shared"
    PARTS = "parts"
    REJECTED = "rejected"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one group said of a statement."""

    agree: int
    disagree: int
    passed: int

    @property
    def votes(self) -> int:
        """How many of the group spoke of it."""
        return self.agree + self.disagree + self.passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A statement with what each group said, in the order of the groups. `score`: from 0 to 1, to rank, not to show."""

    key: str
    score: float
    standing: Standing
    shares: tuple[Share, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Voters who vote alike. `name`: A is the largest. `for_`, `against`: statements that set it apart."""

    name: str
    size: int
    for_: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consensus:
    """The groups, and the statements, those that bring them together first."""

    voters: int
    groups: tuple[Group, ...]
    ranked: tuple[Ranked, ...]


def consensus(votes: Mapping[str, Mapping[str, int]]) -> Consensus | None:
    """What voters (name → statement → vote) share, None below the number from which groups mean something.

    Who voted on nothing is no voter. Raises ValueError for a vote that is not -1, 0 or 1.
    """
    kept = [said for said in votes.values() if said]
    if any(value not in list(Vote) for said in kept for value in said.values()):
        raise ValueError("a vote is -1, 0 or 1")
    if len(kept) < weight("consensus", "voters_least"):
        return None
    keys = sorted({key for said in kept for key in said})
    rows = sorted(tuple(float(said.get(key, 2)) for key in keys) for said in kept)
    table: Matrix = np.array(rows)
    table[table == 2] = np.nan
    parts = _groups(table)
    shares = {key: tuple(_share(table[part, at]) for part in parts) for at, key in enumerate(keys)}
    ranked = [_ranked(key, found, [len(part) for part in parts]) for key, found in shares.items()]
    return Consensus(
        voters=len(kept),
        groups=tuple(_group(at, part, table, keys) for at, part in enumerate(parts)),
        ranked=tuple(sorted(ranked, key=lambda one: (-one.score, -sum(each.votes for each in one.shares), one.key))),
    )


def _share(column: Matrix) -> Share:
    counts = {value: int((column == value).sum()) for value in Vote}
    return Share(agree=counts[Vote.AGREE], disagree=counts[Vote.DISAGREE], passed=counts[Vote.PASS])


def _groups(table: Matrix) -> list[npt.NDArray[np.int64]]:
    """The voters of each group, the largest first; one group when none stands apart enough from the others."""
    gaps = _gaps(table)
    best, kept = weight("consensus", "silhouette_least"), np.zeros(len(table), dtype=np.int64)
    for count in range(2, round(weight("consensus", "groups_most")) + 1):
        found = _around_medoids(gaps, count)
        sizes = np.bincount(found, minlength=count)
        if sizes.min() < weight("consensus", "group_least"):
            continue
        clear = _silhouette(gaps, found, count)
        if clear > best + 1e-9:
            best, kept = clear, found
    parts = [np.flatnonzero(kept == at) for at in range(kept.max() + 1)]
    return sorted(parts, key=lambda part: (-len(part), int(part[0])))


def _gaps(table: Matrix) -> Matrix:
    """The mean gap between the votes of two voters over what both voted, from 0 to 1; 1/2 when they share nothing."""
    said = ~np.isnan(table)
    filled = np.where(said, table, 0.0)
    common = said.astype(np.float64) @ said.T.astype(np.float64)
    apart = np.zeros_like(common)
    for at in range(table.shape[1]):
        both = np.outer(said[:, at], said[:, at])
        apart += np.where(both, np.abs(filled[:, at, None] - filled[None, :, at]) / 2, 0.0)
    return np.where(common > 0, apart / np.maximum(common, 1), 0.5)


def _around_medoids(gaps: Matrix, count: int) -> npt.NDArray[np.int64]:
    """Each voter's group, around `count` voters chosen one by one then exchanged while the sum of gaps falls."""
    medoids: list[int] = []
    for _ in range(count):
        near = gaps[:, medoids].min(axis=1) if medoids else np.full(len(gaps), np.inf)
        sums = np.minimum(gaps, near[:, None]).sum(axis=0)
        sums[medoids] = np.inf
        medoids.append(int(sums.argmin()))
    while True:
        cost = gaps[:, medoids].min(axis=1).sum()
        best = (cost - 1e-9, -1, -1)
        for at in range(count):
            others = gaps[:, [each for place, each in enumerate(medoids) if place != at]].min(axis=1)
            sums = np.minimum(gaps, others[:, None]).sum(axis=0)
            sums[medoids] = np.inf
            if sums.min() < best[0]:
                best = (float(sums.min()), at, int(sums.argmin()))
        if best[1] < 0:
            nearest: npt.NDArray[np.int64] = gaps[:, medoids].argmin(axis=1)
            return nearest
        medoids[best[1]] = best[2]


def _silhouette(gaps: Matrix, found: npt.NDArray[np.int64], count: int) -> float:
    """How much nearer voters are to their own group than to the next one: the mean, from -1 to 1."""
    sizes = np.bincount(found, minlength=count).astype(np.float64)
    sums = np.stack([gaps[:, found == at].sum(axis=1) for at in range(count)], axis=1)
    own = sums[np.arange(len(found)), found] / np.maximum(sizes[found] - 1, 1)
    means = sums / sizes
    means[np.arange(len(found)), found] = np.inf
    other = means.min(axis=1)
    widest = np.maximum(own, other)
    return float(np.where(widest > 0, (other - own) / np.maximum(widest, 1e-12), 0.0).mean())


def _group(at: int, part: npt.NDArray[np.int64], table: Matrix, keys: list[str]) -> Group:
    """A group with the statements it votes on unlike the others, the widest gaps first."""
    others = np.setdiff1d(np.arange(len(table)), part)
    lead = _means(table[part]) - _means(table[others]) if len(others) else np.zeros(len(keys))
    most, least = round(weight("consensus", "told_per_group")), weight("consensus", "apart_least")
    order = sorted(range(len(keys)), key=lambda place: (-abs(lead[place]), place))
    apart = [place for place in order if abs(lead[place]) >= least]
    return Group(
        name="ABCDEFGH"[at],
        size=len(part),
        for_=tuple(keys[place] for place in apart if lead[place] > 0)[:most],
        against=tuple(keys[place] for place in apart if lead[place] < 0)[:most],
    )


def _means(table: Matrix) -> Matrix:
    """The mean vote on each statement, 0 where nobody voted."""
    said = ~np.isnan(table)
    means: Matrix = np.where(said, table, 0.0).sum(axis=0) / np.maximum(said.sum(axis=0), 1)
    return means


def _ranked(key: str, shares: tuple[Share, ...], sizes: list[int]) -> Ranked:
    score = float(np.prod([(1 + each.agree) / (2 + each.votes) for each in shares]))
    standing = _standing(shares)
    reasons = [because(f"statement_{standing}")]
    for name, share, size in zip("ABCDEFGH", shares, sizes, strict=False):
        code = "statement_in_group" if len(shares) > 1 else "statement_in_all"
        reasons.append(because(code, group=name, agree=share.agree, disagree=share.disagree, votes=share.votes))
        if share.votes * 2 < size:
            reasons.append(because("statement_half_unsaid", group=name, votes=share.votes, size=size))
    return Ranked(key=key, score=score, standing=standing, shares=shares, reasons=tuple(reasons))


def _standing(shares: tuple[Share, ...]) -> Standing:
    """Shared when more than half of each group agrees, rejected when more than half of each disagrees."""
    agree = [each.agree * 2 > each.votes for each in shares]
    disagree = [each.disagree * 2 > each.votes for each in shares]
    if all(agree):
        return Standing.SHARED
    if all(disagree):
        return Standing.REJECTED
    return Standing.PARTS if any(agree) and any(disagree) else Standing.UNSURE
