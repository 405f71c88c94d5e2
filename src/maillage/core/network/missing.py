"""Missing links: pairs that should know each other, the most useful first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from maillage.core.network.clues import Candidate, Evidence, Pair, candidates
from maillage.core.network.gain import Fabric, Gain


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingLink:
    """A pair the evidence says should know each other, and what linking them would mend today."""

    candidate: Candidate
    gain: Gain


def missing_links(
    evidence: Evidence, *, declared: Iterable[Sequence[str]], refused: Collection[Pair] = ()
) -> tuple[MissingLink, ...]:
    """The links nobody declared and nobody refused (pairs of slugs, in any order), the highest gain first.

    Each gain is what the link would mend alone, with those declared today.
    """
    linked = [(min(pair), max(pair)) for pair in (tuple(one) for one in declared)]
    known = {*linked, *((min(pair), max(pair)) for pair in refused)}
    fabric = Fabric(evidence.nodes, evidence.footprints, links=linked, asked=evidence.asked)
    found = [
        MissingLink(candidate=item, gain=fabric.gain(item.origin, item.target))
        for item in candidates(evidence, known=known)
    ]
    return tuple(
        sorted(
            found,
            key=lambda item: (-round(item.gain.score, 6), -round(item.candidate.strength, 9), item.candidate.pair),
        )
    )
