"""What a group decided, from the voices of its organisations: by consent, by a gradient of agreement, by majority.

The gradient has the eight levels of Sam Kaner (« Facilitator's Guide to Participatory Decision-Making »). Kaner sets no
threshold: the share that carries a decision is chosen with it, kept with it, and shown beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """How a group decides."""

    CONSENT = "consent"
    GRADIENT = "gradient"
    MAJORITY = "majority"


VALUES: dict[Method, tuple[str, ...]] = {
    Method.CONSENT: ("consent", "reserve", "objection"),
    Method.GRADIENT: ("1", "2", "3", "4", "5", "6", "7", "8"),
    Method.MAJORITY: ("for", "against", "abstain"),
}
"""What an organisation may say, by method. Gradient: from 1, whole support, to 8, veto; 4 abstains."""

SUPPORT = {Method.GRADIENT: frozenset({"1", "2", "3"}), Method.MAJORITY: frozenset({"for"})}
ABSTAIN = {Method.GRADIENT: frozenset({"4"}), Method.MAJORITY: frozenset({"abstain"})}
BLOCKS = {
    Method.CONSENT: frozenset({"objection"}),
    Method.GRADIENT: frozenset({"8"}),
    Method.MAJORITY: frozenset[str](),
}
"""What stops a decision alone; it needs a reason."""
DISSENT = {
    Method.CONSENT: frozenset({"reserve", "objection"}),
    Method.GRADIENT: frozenset({"5", "6", "7", "8"}),
    Method.MAJORITY: frozenset({"against"}),
}
"""What is kept and shown beside the decision, with its reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the voices make. `reason`: adopted, no_quorum, blocked or not_enough. Counts hold every value, zero too."""

    is_adopted: bool
    reason: str
    counts: tuple[tuple[str, int], ...]
    voices: int
    present: int


def tally(values: Sequence[str], *, method: Method, present: int, quorum_percent: int, carries_percent: int) -> Tally:
    """What these voices decide, one per organisation, of the `present` organisations.

    Quorum: at least `quorum_percent` of those present spoke; without anyone present it is never met.
    Consent: adopted when nobody objects. Otherwise: when nobody blocks and those in favour are at least
    `carries_percent` of those who did not abstain, and more than half. Raises ValueError for an unknown value, a
    percentage out of 0 to 100, or more voices than present.
    """
    known = VALUES[method]
    if odd := sorted(set(values) - set(known)):
        raise ValueError(f"not values of {method}: {odd}")
    if not (0 <= quorum_percent <= 100 and 0 <= carries_percent <= 100):
        raise ValueError("a percentage is from 0 to 100")
    if len(values) > present:
        raise ValueError(f"{len(values)} voices of {present} organisations")
    counts = Counter(values)
    reason = _reason(counts, method=method, present=present, quorum=quorum_percent, carries=carries_percent)
    return Tally(
        is_adopted=reason == "adopted",
        reason=reason,
        counts=tuple((value, counts[value]) for value in known),
        voices=len(values),
        present=present,
    )


def _reason(counts: Counter[str], *, method: Method, present: int, quorum: int, carries: int) -> str:
    voices = counts.total()
    if not present or not voices or voices * 100 < quorum * present:
        return "no_quorum"
    if any(counts[value] for value in BLOCKS[method]):
        return "blocked"
    if method == Method.CONSENT:
        return "adopted"
    spoke = voices - sum(counts[value] for value in ABSTAIN[method])
    favour = sum(counts[value] for value in SUPPORT[method])
    enough = favour * 100 >= carries * spoke and favour * 2 > spoke
    return "adopted" if enough else "not_enough"
