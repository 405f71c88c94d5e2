"""Choosing by dots: everyone shares a few dots between topics, the topics that got most are kept.

The rule is that of « dotmocracy »: several dots on one topic are allowed, and nothing settles a tie but people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DOTS = 8
"""Dots each person has, as the house asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """What the dots settle, as keys, the most dots first, in the order given among equals.

    `kept`: kept whoever decides. `tied`: as many dots as one another, and not places enough for all: `left` of them
    are to be chosen by hand. Without a tie, `tied` is empty and `left` 0.
    """

    kept: tuple[str, ...]
    tied: tuple[str, ...]
    left: int


def best(counts: Sequence[tuple[str, int]], *, places: int) -> Best:
    """The `places` best of these (key, dots). Raises ValueError for more places than topics, or none."""
    if not 0 < places <= len(counts):
        raise ValueError(f"{places} places for {len(counts)} topics")
    order = sorted(counts, key=lambda each: -each[1])
    cut = order[places - 1][1]
    above = tuple(key for key, dots in order if dots > cut)
    level = tuple(key for key, dots in order if dots == cut)
    left = places - len(above)
    if len(level) == left:
        return Best(kept=above + level, tied=(), left=0)
    return Best(kept=above, tied=level, left=left)
