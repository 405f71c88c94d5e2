"""Where offers can be used, as sets of communes that are quick to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Footprints:
    """Distinct sets of communes. Communes that no set tells apart are one block.

    `inside[f, b]`: whether footprint f holds block b. `communes[b]`: how many communes the block has.
    `block_of[c]`: the block of a commune by rank, -1 for one that no set holds.
    """

    inside: Bools
    communes: Ints
    block_of: Ints | None = None

    @cached_property
    def shared(self) -> Ints:
        """Communes that each two footprints share; on the diagonal, those of each."""
        # float64 counts exactly up to 2**53, and multiplies faster than whole numbers
        weighed = self.inside * self.communes.astype(np.float64)
        product: Ints = (weighed @ self.inside.T).astype(np.int64)
        return product

    @cached_property
    def contained(self) -> NDArray[np.float64]:
        """Share of the smaller footprint that the other one covers too, from 0 to 1; 0 when one is empty."""
        sizes = np.diagonal(self.shared)
        smaller = np.minimum(sizes[:, None], sizes[None, :])
        found: NDArray[np.float64] = self.shared / np.maximum(smaller, 1)
        return found


def _key(ranks: NDArray[np.int32]) -> bytes:
    return np.sort(np.unique(ranks)).astype(np.int32).tobytes()


def footprints_of(sets: Sequence[NDArray[np.int32]], *, places: int) -> tuple[Footprints, list[int]]:
    """The distinct footprints among these sets of ranks (each below `places`), and the rank of each set's footprint.

    The same array given many times is read once.
    """
    distinct: dict[bytes, int] = {}
    read = {id(one): one for one in sets}
    ranks = {key: distinct.setdefault(_key(one), len(distinct)) for key, one in read.items()}
    which = [ranks[id(one)] for one in sets]
    masks = np.zeros((len(distinct), places), dtype=np.bool_)
    for key, rank in distinct.items():
        masks[rank, np.frombuffer(key, dtype=np.int32)] = True
    held = np.flatnonzero(masks.any(axis=0))
    packed = np.packbits(masks[:, held], axis=0)
    _, first, block, count = np.unique(packed, axis=1, return_index=True, return_inverse=True, return_counts=True)
    block_of = np.full(places, -1, dtype=np.int64)
    block_of[held] = block.reshape(-1)
    return Footprints(inside=masks[:, held[first]], communes=count.astype(np.int64), block_of=block_of), which
