"""The offers laid out in columns: any question of theme, stage, nature and échelon, answered in a millisecond.

The table of `supply` holds every cell; this holds every offer, so that what is counted for several cells together
counts each offer once, and so that every figure has its list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maillage.core.coverage.ground import Ground
from maillage.core.coverage.line import Bools, Floats, Ints, Line, Runs, within
from maillage.core.coverage.states import Shares, Standing, people_reached
from maillage.core.coverage.supply import CONDITIONAL, DISTANT, NEAR, Supplied, once
from maillage.core.coverage.where import NATURES, STAGES, cell_of
from maillage.core.vocabulary import categories

USABLE = (*NEAR, *DISTANT)
EVERY = (*USABLE, CONDITIONAL)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked: any of these categories, stages, natures. Empty means any."""

    categories: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """One question, place by place: distinct offers near, distant and conditional, what the usable ones are worth, and
    the shares of people and of communes."""

    near: Ints
    distant: Ints
    conditional: Ints
    strength: Floats
    people: Standing
    communes: Standing


@dataclass(frozen=True, eq=False, repr=False)
class Catalogue:
    """Offers, each once. `reach`: which of the distinct reaches each has; `starts`, `ends`: the runs of all reaches.

    `bounds`: reach i has the runs `bounds[i]:bounds[i + 1]`. `names`: the uids of the sheets of each offer.
    `themes`, `stages`, `natures`: [offer, code] whether it stands there. `layer`, `worth`: [offer]. `meets`, `people`:
    level → [reach, place], 1 where the reach has a commune of the place, and the share of its people within the reach.
    """

    line: Line
    names: tuple[tuple[str, ...], ...]
    themes: Bools
    stages: Bools
    natures: Bools
    layer: npt.NDArray[np.int8]
    worth: npt.NDArray[np.float32]
    reach: Ints
    bounds: Ints
    starts: Ints
    ends: Ints
    meets: Mapping[str, Shares]
    people: Mapping[str, Shares]

    def __len__(self) -> int:
        return len(self.names)

    def chosen(self, choice: Choice, *, layers: Collection[int] = EVERY) -> Bools:
        """Whether each offer answers the choice and is in one of these layers."""
        kept = np.isin(self.layer, list(layers))
        for table, codes, asked in (
            (self.themes, tuple(categories()), choice.categories),
            (self.stages, STAGES, choice.stages),
            (self.natures, NATURES, choice.natures),
        ):
            ranks = [codes.index(code) for code in asked] if asked else slice(None)
            kept &= table[:, ranks].any(axis=1)
        return kept

    def per_commune(self, chosen: Bools) -> Ints:
        """How many of these offers can be asked for in each commune."""
        weights = np.bincount(self.reach[chosen], minlength=len(self.bounds) - 1)
        times = np.repeat(weights, np.diff(self.bounds))
        steps = np.bincount(self.starts, weights=times, minlength=len(self.line.communes) + 1)
        steps -= np.bincount(self.ends, weights=times, minlength=len(self.line.communes) + 1)
        return np.rint(np.cumsum(steps[:-1])).astype(np.int64)

    def present(self, chosen: Bools, *, level: str) -> Ints:
        """How many of these offers can be asked for somewhere in each place of a level, each once."""
        weights = np.bincount(self.reach[chosen], minlength=len(self.bounds) - 1)
        found: Ints = np.rint(weights.astype(np.float32) @ self.meets[level]).astype(np.int64)
        return found

    def strength(self, chosen: Bools, *, level: str) -> Floats:
        """What these offers are worth for each place: worth times the share of its people they reach, added up."""
        weights = np.bincount(self.reach[chosen], weights=self.worth[chosen], minlength=len(self.bounds) - 1)
        return np.asarray(weights.astype(np.float32) @ self.people[level], dtype=np.float64)

    def standing(self, choice: Choice, *, level: str) -> Standing:
        """The share of the people of each place who have something near, usable, known, for this choice."""
        near, usable, known = (
            self.line.share_of_people(level, covered).astype(np.float32) for covered in self._covered(choice)
        )
        return Standing(near=near, usable=usable, known=known)

    def commune_shares(self, choice: Choice, *, level: str) -> Standing:
        """The same as shares of the communes of each place."""
        near, usable, known = (
            self.line.share_of_communes(level, covered).astype(np.float32) for covered in self._covered(choice)
        )
        return Standing(near=near, usable=usable, known=known)

    def counted(self, choice: Choice, *, level: str) -> Counted:
        """All that a page tells of a choice, place by place: each table is read once."""
        asked = self.chosen(choice)
        layers = [asked & np.isin(self.layer, held) for held in (NEAR, DISTANT, (CONDITIONAL,))]
        near, distant, conditional = (self.per_commune(kept) > 0 for kept in layers)
        usable = near | distant
        covered = (near, usable, usable | conditional)
        people, communes = (
            Standing(*(share(level, each).astype(np.float32) for each in covered))
            for share in (self.line.share_of_people, self.line.share_of_communes)
        )
        counts = [self.present(kept, level=level) for kept in layers]
        return Counted(
            near=counts[0],
            distant=counts[1],
            conditional=counts[2],
            strength=self.strength(layers[0] | layers[1], level=level),
            people=people,
            communes=communes,
        )

    def at(self, chosen: Bools, *, level: str, place: int) -> Ints:
        """The ranks of these offers that can be asked for somewhere in a place."""
        return np.flatnonzero(chosen & (self.meets[level][:, place] > 0)[self.reach])

    def columns_standing(self, columns: Iterable[int], *, level: str) -> Standing:
        """The standing of these columns of the table, in their order: [column, place]."""
        rows = [self._covered(choice_of(number)) for number in columns]
        near, usable, known = (
            people_reached(self.line, np.stack([row[at] for row in rows]), level=level)
            if rows
            else np.zeros((0, len(self.line.levels[level].codes)), dtype=np.float32)
            for at in range(3)
        )
        return Standing(near=near, usable=usable, known=known)

    def _covered(self, choice: Choice) -> list[Bools]:
        return [self.per_commune(self.chosen(choice, layers=layers)) > 0 for layers in (NEAR, USABLE, EVERY)]


def choice_of(number: int) -> Choice:
    """The choice that asks for one column of the table."""
    category, stage, nature = cell_of(number)
    return Choice(categories=(category,), stages=(stage,), natures=(nature,))


def _tables(line: Line, level: str, runs: Sequence[Runs]) -> tuple[Shares, Shares]:
    """What `meets` and `people` hold at a level."""
    places = line.levels[level]
    size = len(places.codes)
    meets = np.zeros((len(runs), size), dtype=np.float32)
    people = np.zeros((len(runs), size), dtype=np.float32)
    totals, counts = line.inhabitants(level), np.maximum(line.commune_counts(level), 1)
    lived_in = totals > 0
    for rank, (starts, ends) in enumerate(runs):
        held = within(starts, ends)
        of = places.of_commune[held] + 1
        number = np.bincount(of, minlength=size + 1)[1:]
        found = np.bincount(of, weights=line.population[held], minlength=size + 1)[1:]
        meets[rank] = number > 0
        people[rank] = np.where(lived_in, found / np.where(lived_in, totals, 1), number / counts)
    return meets, np.minimum(people, 1)


def catalogue_of(ground: Ground, offers: Iterable[Supplied]) -> Catalogue:
    """The catalogue of these offers, each key and reach once."""
    kept = once(offers)
    reaches = {reach: rank for rank, reach in enumerate(dict.fromkeys(offer.reach for offer in kept))}
    runs = [ground.runs(reach) for reach in reaches]
    lengths = [len(starts) for starts, _ in runs]
    tables = {level: _tables(ground.line, level, runs) for level in ground.line.levels}
    return Catalogue(
        line=ground.line,
        names=tuple(offer.names or (offer.key,) for offer in kept),
        themes=_marks([offer.categories for offer in kept], tuple(categories())),
        stages=_marks([offer.stages for offer in kept], STAGES),
        natures=_marks([offer.natures for offer in kept], NATURES),
        layer=np.array([offer.layer for offer in kept], dtype=np.int8),
        worth=np.array([offer.worth for offer in kept], dtype=np.float32),
        reach=np.array([reaches[offer.reach] for offer in kept], dtype=np.int64),
        bounds=np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype(np.int64),
        starts=_joined([starts for starts, _ in runs]),
        ends=_joined([ends for _, ends in runs]),
        meets={level: meets for level, (meets, _) in tables.items()},
        people={level: people for level, (_, people) in tables.items()},
    )


def _joined(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, dtype=np.int64)


def _marks(rows: Sequence[Iterable[str]], codes: Sequence[str]) -> Bools:
    ranks = {code: rank for rank, code in enumerate(codes)}
    marks = np.zeros((len(rows), len(codes)), dtype=np.bool_)
    for number, row in enumerate(rows):
        marks[number, [ranks[code] for code in row]] = True
    return marks
