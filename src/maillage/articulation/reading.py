"""What the inventory brings to the computation of missing links: offers, where they serve, real grants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maillage.actors.queries import network_zones
from maillage.core.closure import Closure
from maillage.core.coverage import Asking
from maillage.core.network.clues import Evidence, evidence_of
from maillage.core.network.cofunding import Seen, cofunding
from maillage.core.network.nodes import node_of
from maillage.core.network.places import Footprints, footprints_of
from maillage.core.records import ProgrammeRecord
from maillage.core.text import fold, is_stopword
from maillage.core.vocabulary import GrantStatus, categories
from maillage.inventory.models import Grant
from maillage.inventory.queries import published_programmes, stored_programmes
from maillage.territories.queries import closure

PAID = (GrantStatus.FUNDED.value, GrantStatus.DONE.value)
Ranks = NDArray[np.int32]


def evidence(
    known: Sequence[ProgrammeRecord] | None = None, *, until: dt.date | None = None, asking: Asking | None = None
) -> Evidence:
    """What missing links are judged on: everything published now, or these sheets with the projects `until` a day.

    `asking`: what is asked for in each commune, to weigh what a link would mend.
    """
    records = known if known is not None else [row.record for row in stored_programmes(published_programmes())]
    here = closure()
    networks = network_zones()
    places: dict[tuple[object, ...], Ranks] = {}
    sets = []
    for record in records:
        key = (record.zones, record.excluded_zones, record.delivered_by)
        if key not in places:
            places[key] = usable_communes(record, here, networks.get(record.delivered_by, ()))
        sets.append(places[key])
    footprints, which = footprints_of(sets, places=len(here.codes))
    nodes = [node_of(record, footprint=rank) for record, rank in zip(records, which, strict=True)]
    return evidence_of(
        nodes, footprints, cofunded=cofunding(grants_seen(until=until)), asked=_asked(asking, here, footprints)
    )


def _asked(asking: Asking | None, here: Closure, footprints: Footprints) -> dict[str, NDArray[np.float64]]:
    """What is asked for in each block of communes, by category; nothing where nobody counted it."""
    if asking is None or footprints.block_of is None:
        return {}
    known = np.array([here.index(code) if code in here else -1 for code in asking.communes], dtype=np.int64)
    blocks = np.where(known >= 0, footprints.block_of[known], -1)
    inside = blocks >= 0
    size = len(footprints.communes)
    return {
        code: np.bincount(blocks[inside], weights=asking.worth[rank][inside], minlength=size).astype(np.float64)
        for rank, code in enumerate(categories())
    }


def usable_communes(record: ProgrammeRecord, here: Closure, members: Iterable[str]) -> Ranks:
    """Ranks of the communes where an offer can be used; `members`: zones its network serves, when one delivers it."""
    inside = _communes(record.zones, here)
    if record.delivered_by:
        inside = np.intersect1d(inside, _communes(members, here))
    return np.setdiff1d(inside, _communes(record.excluded_zones, here)).astype(np.int32)


def _communes(zones: Iterable[str], here: Closure) -> Ranks:
    """What is smaller than a commune serves none of them whole."""
    known = [here.index(code) for code in zones if code in here]
    found = [here.members.of(index) for index in known if not here.part[index]]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int32)


def grants_seen(*, until: dt.date | None = None) -> Iterator[Seen]:
    """The funded projects whose envelope is one of our sheets; `until`: those listed by the end of that day."""
    rows = Grant.objects.filter(gone_on=None, status__in=PAID, programme__status="published").exclude(year=None)
    rows = rows.filter(created_at__date__lte=until) if until else rows
    asked = ("programme__slug", "territory__code", "siren", "year", "categories", "title")
    for offer, place, siren, year, codes, title in rows.values_list(*asked).iterator(chunk_size=5000):
        words = frozenset(word for word in fold(title).split() if _says_something(word))
        # A département, when the list names nothing finer, is not one body: thousands of projects would be compared
        near = place if place and place.startswith(("COM-", "EPCI-")) else siren
        yield Seen(offer=offer, whom=near, year=year, categories=tuple(codes), words=words)


@lru_cache(maxsize=2**16)
def _says_something(word: str) -> bool:
    return len(word) > 3 and not is_stopword(word)
