"""What a set of seats is worth, counted from the seats alone: whoever found them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from maillage.core.rotation.bounds import most_pairs, most_weight
from maillage.core.rotation.itineraries import one_hot
from maillage.core.rotation.shapes import ABSENT, Encounters, Fault, Mode, Participant, Score
from maillage.core.weighing import weight

KINDS = ("colleagues", "nature", "echelon")


def pair_weights(people: Sequence[Participant], encounters: Encounters) -> NDArray[np.float64]:
    """What each pair is worth when it meets: 1 for a first time, less for each past session, 0 for two colleagues."""
    again = weight("rotation", "met_before")
    at = {person.key: number for number, person in enumerate(people)}
    worth = np.ones((len(people), len(people)))
    for pair, times in encounters.items():
        if len(pair) == 2 and all(key in at for key in pair):
            one, two = (at[key] for key in pair)
            worth[one, two] = worth[two, one] = again**times
    homes = np.array([person.organisation for person in people], dtype=object)
    worth[(homes[:, None] == homes[None, :]) & (homes != "")[:, None]] = 0.0
    np.fill_diagonal(worth, 0.0)
    return worth


def judge(
    people: Sequence[Participant],
    seats: Mapping[str, Sequence[int]],
    *,
    workshops: int,
    mode: Mode = Mode.MIXING,
    encounters: Encounters | None = None,
) -> Score:
    """The score of these seats, the bound that no plan passes, and what they do not hold."""
    rows = np.array([list(seats[person.key]) for person in people], dtype=np.int64).reshape(len(people), workshops)
    presence = rows != ABSENT
    spots = one_hot(rows, workshops)
    together = (spots @ spots.T) > 0
    worth = pair_weights(people, encounters or {})
    upper = np.triu_indices(len(people), 1)
    at_most = most_met(presence, mode=mode, sizes=_uneven(spots, workshops))
    return Score(
        met=int(together[upper].sum()),
        met_at_most=at_most,
        pairs=len(upper[0]),
        new=round(float((worth * together)[upper].sum()), 6),
        new_at_most=round(most_weight(worth, at_most), 6),
        faults=tuple(_faults(people, rows, workshops)),
    )


def most_met(presence: NDArray[np.bool_], *, mode: Mode, sizes: Sequence[int] | None = None) -> int:
    """How many pairs can meet at most in this mode, with tables within one of each other, or of these `sizes`."""
    people, workshops = (int(side) for side in presence.shape)
    bound = most_pairs(presence, sizes)
    if mode == Mode.GROUPS and sizes is None and presence.all():
        low, more = divmod(people, workshops)
        return more * (low + 1) * low // 2 + (workshops - more) * low * (low - 1) // 2
    return bound


def _uneven(spots: NDArray[np.float64], workshops: int) -> list[int] | None:
    """The sizes of the tables when some differ by more than one at a round: a hand may have chosen so."""
    sizes = spots.sum(axis=0).astype(int).reshape(workshops, workshops)
    even = bool(((sizes.max(axis=1) - sizes.min(axis=1)) <= 1).all())
    return None if even else [int(size) for size in sizes.ravel()]


def labels_of(person: Participant) -> tuple[str, str, str]:
    """What must be spread over the tables, in the order of `KINDS`; empty is not spread."""
    return person.organisation, person.nature, person.echelon


def _faults(people: Sequence[Participant], rows: NDArray[np.int64], workshops: int) -> list[Fault]:
    found = [_excess("size", "", rows, workshops)]
    for number, kind in enumerate(KINDS):
        values = [labels_of(person)[number] for person in people]
        for value, count in sorted(Counter(values).items()):
            if value and count > 1:
                mine = np.array([at for at, held in enumerate(values) if held == value])
                found.append(_excess(kind, value, rows[mine], workshops))
    return [fault for fault in found if fault.places]


def _excess(kind: str, label: str, rows: NDArray[np.int64], workshops: int) -> Fault:
    """By how many places these people are not within one of each other's tables, over all the rounds."""
    counts = one_hot(rows, workshops).sum(axis=0).reshape(workshops, workshops)
    there = counts.sum(axis=1, keepdims=True)
    low, high = np.floor(there / workshops), np.ceil(there / workshops)
    beyond = np.maximum(counts - high, 0).sum(axis=1)
    below = np.maximum(low - counts, 0).sum(axis=1)
    return Fault(kind=kind, label=label, places=int(np.maximum(beyond, below).sum()))
