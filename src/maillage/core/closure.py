"""Who contains whom, and who meets whom: every place of the geography brought down to communes, once.

Method, limits and the words used: `docs/method/territoires.md`. A *part* (quartier, commune déléguée,
arrondissement) is smaller than a commune: it lies in one, and only an address tells whether one is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from maillage.core.errors import Unknown

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LARGE = 300
"""Places of more communes than this are answered from memory: they would cost over half a millisecond each time."""


class Reach(StrEnum):
    """Whether something reserved to a zone can be used at a place."""

    INSIDE = "inside"
    ADDRESS_TO_CHECK = "address_to_check"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Presence:
    """A zone that meets a place. Shares go from 0 to 1; None when nobody counted that population."""

    zone: str
    of_place: float | None
    of_zone: float | None
    address_to_check: bool = False


@dataclass(frozen=True, slots=True)
class Groups:
    """Lists of ranks kept end to end: list i is `items[starts[i]:starts[i+1]]`, sorted."""

    starts: Ints
    items: Ints

    def of(self, index: int) -> Ints:
        """List number `index`."""
        return self.items[self.starts[index] : self.starts[index + 1]]

    def of_all(self, indices: Ints) -> Ints:
        """The lists of these numbers, one after the other."""
        low, lengths = self.starts[indices], self.lengths(indices)
        ends = np.cumsum(lengths, dtype=np.int64)
        within = np.arange(int(ends[-1]) if len(ends) else 0)
        picked: Ints = self.items[within + np.repeat(low - (ends - lengths), lengths)]
        return picked

    def lengths(self, indices: Ints) -> Ints:
        """The length of each of these lists."""
        return np.subtract(self.starts[indices + 1], self.starts[indices])


@dataclass(frozen=True, eq=False, repr=False)
class Around:
    """The zones that meet one place, kept as arrays: asking about one zone costs no loop over the others."""

    closure: Closure
    place: int
    zones: Ints
    of_place: Floats
    of_zone: Floats

    def __len__(self) -> int:
        return len(self.zones) + len(self.parts)

    def __iter__(self) -> Iterator[Presence]:
        codes = self.closure.codes
        for zone, of_place, of_zone in zip(self.zones.tolist(), self.of_place, self.of_zone, strict=True):
            yield Presence(codes[zone], _known(of_place), _known(of_zone))
        for part in self.parts.tolist():
            yield self._part(part)

    @cached_property
    def parts(self) -> Ints:
        """Quartiers, communes déléguées and arrondissements lying in the communes of the place."""
        return self.closure.parts_in(self.place)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Codes of all the zones that meet the place."""
        names = self.closure.names
        return frozenset(names[self.zones].tolist()).union(names[self.parts].tolist())

    def get(self, zone: str) -> Presence | None:
        """How this zone meets the place; None when it does not."""
        index = self.closure.index(zone)
        at = _position(self.zones, index)
        if at is not None:
            return Presence(zone, _known(self.of_place[at]), _known(self.of_zone[at]))
        return None if _position(self.parts, index) is None else self._part(index)

    def _part(self, part: int) -> Presence:
        closure, code = self.closure, self.closure.codes[part]
        if part == self.place:
            return Presence(code, 1.0, 1.0)
        if closure.part[self.place]:
            return Presence(code, None, None, address_to_check=True)
        people = closure.population_of(self.place)
        return Presence(code, _known(closure.population_of(part) / people if people else None), 1.0)


@dataclass(frozen=True, eq=False, repr=False)
class Closure:
    """Places in a fixed order, and for each its communes; shares weigh communes by population.

    `codes`: typed codes. `population`: inhabitants, NaN when nobody counted. `part`: true for what is smaller than a
    commune. `members`: communes of each place (for a part, those it lies in). `zones_of` and `parts_of`: for each
    commune, the places that contain it, itself included, and the parts that lie in it.
    """

    codes: Sequence[str]
    population: Floats
    part: Bools
    members: Groups
    zones_of: Groups
    parts_of: Groups

    @cached_property
    def _index(self) -> Mapping[str, int]:
        return {code: index for index, code in enumerate(self.codes)}

    @cached_property
    def _sizes(self) -> Ints:
        return np.diff(self.members.starts)

    @cached_property
    def _weight(self) -> Floats:
        return np.nan_to_num(self.population)

    @cached_property
    def _inhabitants(self) -> Floats:
        """Sum over the communes of each place."""
        totals = np.concatenate(([0.0], np.cumsum(self._weight[self.members.items])))
        return np.subtract(totals[self.members.starts[1:]], totals[self.members.starts[:-1]])

    @cached_property
    def _large(self) -> Mapping[int, Around]:
        return {index: self._around(index) for index in np.flatnonzero(self._sizes > LARGE).tolist()}

    @cached_property
    def _masks(self) -> Mapping[int, Bools]:
        """For each large place, whether each commune is in it."""
        masks = {index: np.zeros(len(self.codes), dtype=np.bool_) for index in self._large}
        for index, mask in masks.items():
            mask[self.members.of(index)] = True
        return masks

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """The codes as an array, to pick many at once."""
        return np.array(self.codes, dtype=object)

    def warm(self) -> None:
        """Compute now what the first questions about large places would otherwise wait for."""
        for around in self._large.values():
            if len(around.zones) > 10 * LARGE:
                _ = around.codes
        _ = self._masks

    def index(self, code: str) -> int:
        """Rank of a place. Raises Unknown("territory_unknown")."""
        try:
            return self._index[code]
        except KeyError:
            raise Unknown("territory_unknown", value=code) from None

    def __contains__(self, code: object) -> bool:
        return code in self._index

    def population_of(self, index: int) -> float:
        """Inhabitants: of its communes, or the part’s own count; NaN for a part nobody counted."""
        return float(self.population[index] if self.part[index] else self._inhabitants[index])

    def communes(self, code: str) -> tuple[str, ...]:
        """Codes of the communes of a place; for a part, those it lies in."""
        return tuple(self.codes[commune] for commune in self.members.of(self.index(code)).tolist())

    def contains(self, zone: str, place: str) -> bool:
        """Whether every commune of `place` is in `zone`; a part contains only itself."""
        return self.reach(zone, place) is Reach.INSIDE

    def reach(self, zone: str, place: str) -> Reach:
        """Whether what is reserved to `zone` can be used at `place`.

        ADDRESS_TO_CHECK: the zone is a part of the very commune the place is, or lies in.
        """
        outer, inner = self.index(zone), self.index(place)
        if outer == inner:
            return Reach.INSIDE
        if self.part[outer]:
            near = self._is_one_spot(inner) and _position(self.parts_in(inner), outer) is not None
            return Reach.ADDRESS_TO_CHECK if near else Reach.OUTSIDE
        return Reach.INSIDE if self._has(outer, self.members.of(inner)) else Reach.OUTSIDE

    def containing(self, place: str) -> frozenset[str]:
        """Codes of the places that contain `place` entirely, itself included."""
        index = self.index(place)
        communes = self.members.of(index)
        if len(communes) == 0:
            return frozenset({place})
        candidates = self.zones_of.of(int(communes[0]))
        candidates = candidates[self._sizes[candidates] >= len(communes)].tolist()
        found = candidates if len(communes) == 1 else [zone for zone in candidates if self._has(zone, communes)]
        return frozenset(self.codes[zone] for zone in found) | {place}

    def to_check(self, place: str) -> frozenset[str]:
        """Codes of the parts that `place` may be in, which only an address can tell."""
        index = self.index(place)
        if not self._is_one_spot(index):
            return frozenset()
        return frozenset(self.codes[part] for part in self.parts_in(index).tolist()) - {place}

    def around(self, place: str) -> Around:
        """The zones that share at least a commune with `place`, with both shares, and the parts lying in it."""
        index = self.index(place)
        return self._large.get(index) or self._around(index)

    def share(self, zones: Iterable[str], place: str, *, excluded: Iterable[str] = ()) -> float:
        """Share of `place`, from 0 to 1, that the union of `zones` minus `excluded` covers.

        Weighs communes by inhabitants, or counts them when nobody lives there. Parts cover no commune: see `reach`.
        """
        communes = self.members.of(self.index(place))
        covered = self._covers(zones, communes) & ~self._covers(excluded, communes)
        people = self._weight[communes]
        total = float(people.sum())
        if total:
            return float(people[covered].sum()) / total
        return float(covered.mean()) if len(communes) else 0.0

    def parts_in(self, index: int) -> Ints:
        """Ranks of the parts lying in the communes of a place, sorted."""
        return np.unique(self.parts_of.of_all(self.members.of(index)))

    def _is_one_spot(self, index: int) -> bool:
        """A commune (or a zone made of one) or a part: someone there has one address."""
        return bool(self.part[index]) or self._sizes[index] == 1

    def _has(self, zone: int, communes: Ints) -> bool:
        return 0 < len(communes) <= self._sizes[zone] and bool(self._inside(zone, communes).all())

    def _covers(self, zones: Iterable[str], communes: Ints) -> Bools:
        covered = np.zeros(len(communes), dtype=np.bool_)
        for zone in zones:
            covered |= self._inside(self.index(zone), communes)
        return covered

    def _inside(self, zone: int, communes: Ints) -> Bools:
        """For each commune, whether the zone contains it."""
        if zone in self._masks:
            return self._masks[zone][communes]
        inside = self.members.of(zone)
        if len(inside) == 0 or self.part[zone]:
            return np.zeros(len(communes), dtype=np.bool_)
        at = np.minimum(np.searchsorted(inside, communes), len(inside) - 1)
        return np.equal(inside[at], communes)

    def _around(self, index: int) -> Around:
        communes = self.members.of(index)
        zones, people, count = self._met(communes)
        return Around(
            closure=self,
            place=index,
            zones=zones,
            of_place=self._of_place(index, people, count),
            of_zone=self._of_zone(index, zones, people, count),
        )

    def _met(self, communes: Ints) -> tuple[Ints, Floats, Ints]:
        """Zones that have at least one of these communes; of those they have, the inhabitants and the number."""
        met = self.zones_of.of_all(communes)
        weights = np.repeat(self._weight[communes], self.zones_of.lengths(communes))
        if len(communes) == 1:
            return met, weights, np.ones(len(met), dtype=np.int32)
        counts = np.bincount(met)
        zones = np.flatnonzero(counts).astype(np.int32)
        people = np.bincount(met, weights=weights)[zones]
        return zones, people.astype(np.float64), counts[zones].astype(np.int32)

    def _of_place(self, index: int, people: Floats, count: Ints) -> Floats:
        """Share of the place; a part lies for certain only in the zones that have all its communes."""
        if self.part[index]:
            return np.where(count == self._sizes[index], 1.0, np.nan)
        total = self._inhabitants[index]
        return np.minimum(people / total, 1.0) if total else np.divide(count, max(self._sizes[index], 1))

    def _of_zone(self, index: int, zones: Ints, people: Floats, count: Ints) -> Floats:
        """Share of each zone."""
        totals = self._inhabitants[zones]
        lived_in = totals > 0
        if self.part[index]:
            return np.where(lived_in, self.population[index] / np.where(lived_in, totals, 1), np.nan)
        return np.minimum(np.where(lived_in, people / np.where(lived_in, totals, 1), count / self._sizes[zones]), 1.0)


def closure_of(
    zones: Mapping[str, Iterable[str]],
    *,
    populations: Mapping[str, float | None] | None = None,
    parts: Mapping[str, Iterable[str]] | None = None,
) -> Closure:
    """The closure of zones given by the codes of their communes; `parts`: the communes each part lies in.

    Communes need not be listed: those named by a zone or a part are added. The order of the input changes nothing.
    """
    lying = {part: frozenset(communes) for part, communes in (parts or {}).items()}
    inside = {zone: frozenset(communes) for zone, communes in zones.items()} | lying
    communes = frozenset().union(*inside.values())
    codes = sorted(communes | inside.keys())
    rank = {code: index for index, code in enumerate(codes)}
    pairs = [(rank[zone], rank[commune]) for zone in inside.keys() - communes for commune in inside[zone]]
    pairs += [(rank[commune], rank[commune]) for commune in communes]
    counted = [(populations or {}).get(code) for code in codes]
    return assemble(
        codes=codes,
        population=np.array([np.nan if people is None else people for people in counted], dtype=np.float64),
        part=np.array([code in lying for code in codes], dtype=np.bool_),
        pairs=np.array(pairs, dtype=np.int32).reshape(-1, 2),
    )


def assemble(*, codes: Sequence[str], population: Floats, part: Bools, pairs: Ints) -> Closure:
    """The closure of `pairs`, rows of (rank of a place, rank of one of its communes); a commune has itself.

    Repeated pairs count once.
    """
    size = len(codes)
    keys = np.sort(pairs[:, 0].astype(np.int64) * size + pairs[:, 1])
    keys = keys[np.diff(keys, prepend=-1) > 0]
    places, communes = np.divmod(keys, max(size, 1))
    order = np.lexsort((places, communes))
    small = part[places[order]]
    return Closure(
        codes=codes,
        population=population,
        part=part,
        members=_groups(places, communes, size),
        zones_of=_groups(communes[order][~small], places[order][~small], size),
        parts_of=_groups(communes[order][small], places[order][small], size),
    )


def _groups(keys: NDArray[np.int64], items: NDArray[np.int64], size: int) -> Groups:
    starts = np.concatenate(([0], np.cumsum(np.bincount(keys, minlength=size))))
    return Groups(starts=starts.astype(np.int32), items=items.astype(np.int32))


def _position(ranks: Ints, wanted: int) -> int | None:
    at = int(np.searchsorted(ranks, wanted))
    return at if at < len(ranks) and ranks[at] == wanted else None


def _known(share: float | None) -> float | None:
    return None if share is None or np.isnan(share) else min(1.0, float(share))
