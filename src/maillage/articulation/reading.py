"""What the inventory brings to the computation of missing links: offers, where they serve, real grants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maillage.actors.queries import network_zones
from maillage.core.closure import Closure
from maillage.core.network.clues import Evidence, evidence_of
from maillage.core.network.cofunding import Seen, cofunding
from maillage.core.network.nodes import node_of
from maillage.core.network.places import footprints_of
from maillage.core.records import ProgrammeRecord
from maillage.core.text import fold, is_stopword
from maillage.core.vocabulary import GrantStatus
from maillage.inventory.models import Grant
from maillage.inventory.queries import published_programmes, stored_programmes
from maillage.territories.queries import closure

PAID = (GrantStatus.FUNDED.value, GrantStatus.DONE.value)
Ranks = NDArray[np.int32]


def evidence() -> Evidence:
    """Everything published that missing links are judged on, as of now."""
    records = [stored.record for stored in stored_programmes(published_programmes())]
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
    return evidence_of(nodes, footprints, cofunded=cofunding(grants_seen()))


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


def grants_seen() -> Iterator[Seen]:
    """The funded projects whose envelope is one of our sheets."""
    rows = Grant.objects.filter(gone_on=None, status__in=PAID, programme__status="published").exclude(year=None)
    asked = ("programme__slug", "territory__code", "siren", "year", "categories", "title")
    for offer, place, siren, year, categories, title in rows.values_list(*asked).iterator(chunk_size=5000):
        words = frozenset(word for word in fold(title).split() if _says_something(word))
        # A département, when the list names nothing finer, is not one body: thousands of projects would be compared
        near = place if place and place.startswith(("COM-", "EPCI-")) else siren
        yield Seen(offer=offer, whom=near, year=year, categories=tuple(categories), words=words)


@lru_cache(maxsize=2**16)
def _says_something(word: str) -> bool:
    return len(word) > 3 and not is_stopword(word)
