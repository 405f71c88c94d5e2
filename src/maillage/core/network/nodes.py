"""An offer as the network sees it, and its sets of codes as bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maillage.core.records import ProgrammeRecord
from maillage.core.sheets import columns_of
from maillage.core.text import stems
from maillage.core.trame import NEARNESS
from maillage.core.vocabulary import Audience, Nature, Stage

STAGES, NATURES, AUDIENCES = Stage.codes(), Nature.codes(), Audience.codes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One offer. `stages`: its columns in the trame. `kin`: slugs of its parent and of its model, if any.

    `nearness`: 0 for local … 3 for national. `footprint`: rank of the places where it can be used. `stems`: of its
    title, keywords and promise.
    """

    slug: str
    title: str
    natures: tuple[str, ...]
    stages: tuple[str, ...]
    categories: tuple[str, ...]
    audiences: tuple[str, ...]
    aid_types: tuple[str, ...]
    operators: tuple[str, ...]
    kin: tuple[str, ...]
    generalist: bool
    nearness: int
    footprint: int
    stems: tuple[str, ...]


def node_of(record: ProgrammeRecord, *, footprint: int) -> Node:
    """The node of a sheet whose places are this footprint."""
    stems_said = (*stems(record.title), *stems(" ; ".join((*record.keywords, record.promise))))
    return Node(
        slug=record.slug,
        title=record.title,
        natures=record.natures,
        stages=columns_of(record.aid_types, record.stages),
        categories=record.categories,
        audiences=record.audiences,
        aid_types=record.aid_types,
        operators=tuple(ref.slug for ref in record.operators),
        kin=tuple(slug for slug in (record.parent, record.variant_of) if slug),
        generalist=record.generalist,
        nearness=NEARNESS.get(record.echelon, max(NEARNESS.values())),
        footprint=footprint,
        stems=tuple(dict.fromkeys(stems_said)),
    )


def bits(codes: Sequence[str], every: Sequence[str]) -> int:
    """The codes as bits, in the order of `every`."""
    return sum(1 << place for place, code in enumerate(every) if code in codes)


def _follows(left: int, right: int) -> bool:
    """Whether a stage of one set comes just before one of the other, none of the two being in both."""
    for one, two in ((left, right), (right, left)):
        for before in range(len(STAGES) - 1):
            after = before + 1
            if one >> before & 1 and two >> after & 1 and not one >> after & 1 and not two >> before & 1:
                return True
    return False


FOLLOWS = np.array([[_follows(left, right) for right in range(1 << len(STAGES))] for left in range(1 << len(STAGES))])
"""For each two sets of stages, as bits, whether one leads to the other."""
