"""How speaking time is shared between those who are there, beside the share each would have if all had the same.

Equal shares are a yardstick, not a goal: a testimony is longer than a question. An organisation of several natures
counts in each for an equal part, so that the parts of a table always add up to one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """An organisation, and how long it spoke. `natures`, `echelon`: codes, empty when unknown. `is_here`: noted as
    present, so that a share is expected of it."""

    key: str
    natures: tuple[str, ...]
    echelon: str
    seconds: int
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a key (an organisation, a nature, an échelon) had of the time. `part` and `expected`: from 0 to 1."""

    key: str
    seconds: float
    part: float
    expected: float


def shares(speakers: Sequence[Speaker], labels: Callable[[Speaker], Sequence[str]]) -> tuple[Share, ...]:
    """The time by label, the longest first, in the order given among equals.

    A speaker with several labels counts in each equally, one without any under "". Parts are all 0 while nobody spoke;
    so are the expected ones while nobody is here.
    """
    total = sum(each.seconds for each in speakers)
    here = sum(each.is_here for each in speakers)
    seconds: dict[str, float] = {}
    expected: dict[str, float] = {}
    for each in speakers:
        held = tuple(labels(each)) or ("",)
        for label in held:
            seconds[label] = seconds.get(label, 0.0) + each.seconds / len(held)
            expected[label] = expected.get(label, 0.0) + (1 / here / len(held) if each.is_here else 0.0)
    found = [
        Share(key=label, seconds=spent, part=spent / total if total else 0.0, expected=expected[label])
        for label, spent in seconds.items()
    ]
    return tuple(sorted(found, key=lambda share: -share.seconds))
