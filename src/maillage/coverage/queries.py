"""Reads of the coverage: places for a question, gaps and overlaps ranked, what is behind each figure, days kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.db.models import Count

from maillage.core.coverage import Asking, Choice, Field, OverlapGroup, PlaceGap, Standing, column, field_of, served
from maillage.core.coverage.catalogue import USABLE
from maillage.core.coverage.states import Shares
from maillage.core.coverage.supply import CONDITIONAL, DISTANT, NEAR
from maillage.core.errors import Unknown
from maillage.core.vocabulary import GapKind, Nature, Stage, categories, themes
from maillage.coverage import atlas as files
from maillage.coverage.atlas import LEVELS, Atlas
from maillage.coverage.models import CoverageSnapshot, Finding
from maillage.coverage.supplies import linked_pairs
from maillage.inventory.models import Grant, Need, Programme
from maillage.inventory.queries import published_programmes

WHOLE = 0.995
"""Share of the people from which a place is told covered: what the arithmetic of populations rounds."""
LAYERS = {"proches": NEAR, "lointaines": DISTANT, "conditionnelles": (CONDITIONAL,), "utilisables": USABLE}
"""How a list of offers is asked for → the layers it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One place for one question. Counts are of distinct offers that can be asked for somewhere in the place.

    `served`: how much of the trame of the question people have near, from 0 to 1, cell by cell. `people`, `communes`:
    share, from 0 to 1, with something near, in whichever cell; `usable`, `known`: of the people with anything
    usable, with anything at all. `kind`: the commonest gap in its cells, None when it has none. `pieces`:
    evidence of demand; `demand`: what they weigh. `strength`: worth of the usable offers.
    """

    code: str
    inhabitants: int
    near: int
    distant: int
    conditional: int
    served: float
    people: float
    communes: float
    usable: float
    known: float
    kind: GapKind | None
    pieces: int
    demand: float
    strength: float


def atlas_of(day: dt.date | None = None) -> Atlas:
    """The coverage now, or as known on a day: the last one kept until that day.

    Raises AtlasUnavailable("coverage_missing"), Unknown("snapshot_unknown") when none was kept so early.
    """
    if day is None:
        return files.atlas_now()
    kept = CoverageSnapshot.objects.filter(day__lte=day).order_by("-day").first()
    if kept is None:
        raise Unknown("snapshot_unknown", value=day.isoformat())
    return _kept(str(files.day_folder(kept.day)), kept.made_at.isoformat())


@lru_cache(maxsize=4)
def _kept(folder: str, _made_at: str) -> Atlas:
    return files.read(Path(folder))


def asking_of(atlas: Atlas) -> Asking:
    """What is asked for in each commune, weighed: what makes a missing link more or less useful there."""
    return atlas.demand.by_commune(atlas.line)


def days_kept() -> list[dt.date]:
    """The days of which the coverage is kept, the latest first."""
    return list(CoverageSnapshot.objects.values_list("day", flat=True))


def inside(atlas: Atlas, *, level: str, of: str) -> list[int]:
    """The ranks of the places of a level that have a commune in a wider place; all of them when `of` is ""."""
    places = atlas.line.levels[level]
    if not of:
        return list(range(len(places.codes)))
    wide = next((name for name in LEVELS if of in atlas.line.levels[name].codes), "")
    if not wide:
        raise Unknown("territory_unknown", value=of)
    held = atlas.line.levels[wide].of_commune == atlas.place_rank(wide, of)
    return [int(rank) for rank in places.met(np.flatnonzero(held))]


MOST_ANSWERED = 2_000
"""Questions an atlas keeps the answer of; beyond, it forgets them all."""


def place_rows(atlas: Atlas, choice: Choice, *, level: str, of: str = "") -> list[PlaceRow]:
    """Every place of a level, or those in a wider one, for one question, in the order of their codes.

    An answer is kept as long as its atlas: nine themes of régions stand on every page.
    """
    asked = (choice, level, of)
    if asked not in atlas.answered:
        if len(atlas.answered) >= MOST_ANSWERED:
            atlas.answered.clear()
        atlas.answered[asked] = _place_rows(atlas, choice, level=level, of=of)
    found: list[PlaceRow] = atlas.answered[asked]
    return found


def _place_rows(atlas: Atlas, choice: Choice, *, level: str, of: str) -> list[PlaceRow]:
    catalogue, demand, size = atlas.catalogue, atlas.demand, len(atlas.line.levels[level].codes)
    found = catalogue.counted(choice, level=level)
    near, distant, conditional, strength = found.near, found.distant, found.conditional, found.strength
    people, communes = found.people, found.communes
    trame = served(atlas.standing[level], choice=choice, outside=atlas.outside[level])
    asked = demand.chosen(choice)
    pieces = demand.counted(asked, level=level, size=size)
    weighed = demand.weighed(asked, level=level, size=size)
    inhabitants = atlas.line.inhabitants(level)
    rows = [
        PlaceRow(
            code=atlas.line.levels[level].codes[rank],
            inhabitants=int(inhabitants[rank]),
            near=int(near[rank]),
            distant=int(distant[rank]),
            conditional=int(conditional[rank]),
            served=float(trame.near[rank]),
            people=float(people.near[rank]),
            communes=float(communes.near[rank]),
            usable=float(people.usable[rank]),
            known=float(people.known[rank]),
            kind=_kind(float(trame.near[rank]), float(trame.usable[rank]), float(trame.known[rank])),
            pieces=int(pieces[rank]),
            demand=float(weighed[rank]),
            strength=float(strength[rank]),
        )
        for rank in inside(atlas, level=level, of=of)
    ]
    return sorted(rows, key=lambda row: row.code)


def _kind(near: float, usable: float, known: float) -> GapKind | None:
    if near >= WHOLE:
        return None
    shares = {GapKind.NOTHING: 1 - known, GapKind.CONDITIONAL: known - usable, GapKind.DISTANT: usable - near}
    return max(shares, key=lambda kind: (round(shares[kind], 4), -list(shares).index(kind)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRow:
    """One theme over a level: by place, how much is served near and the commonest gap; in all, weighed by people, with
    the pieces of evidence."""

    theme: str
    places: tuple[tuple[str, float, GapKind | None], ...]
    served: float
    pieces: int


def theme_rows(atlas: Atlas, choice: Choice, *, level: str = "REG") -> list[ThemeRow]:
    """Every theme, for the stage and nature of a choice."""
    asked = ("themes", choice.stages, choice.natures, level)
    if asked not in atlas.answered:
        each = (replace(choice, categories=codes) for codes in themes().values())
        counts = _pieces_by_theme(atlas, choice, level)
        rows = [
            _theme_row(atlas, theme, one, level, pieces=count)
            for theme, one, count in zip(themes(), each, counts, strict=True)
        ]
        atlas.answered[asked] = rows
    found: list[ThemeRow] = atlas.answered[asked]
    return found


def _pieces_by_theme(atlas: Atlas, choice: Choice, level: str) -> list[int]:
    """How many pieces speak of each theme, at the stage and nature of a choice, where they are told: read at once."""
    if "pieces by theme" not in atlas.answered:
        ranks = {theme: rank for rank, theme in enumerate(themes())}
        group_of = np.array([ranks[category.theme] for category in categories().values()], dtype=np.int64)
        atlas.answered["pieces by theme"] = atlas.demand.in_groups(group_of)
    pieces, groups = atlas.answered["pieces by theme"]
    kept = atlas.demand.chosen(replace(choice, categories=())) & (atlas.demand.place[level] >= 0)
    found: list[int] = np.bincount(groups[kept[pieces]], minlength=len(themes())).tolist()
    return found


def _theme_row(atlas: Atlas, theme: str, choice: Choice, level: str, *, pieces: int) -> ThemeRow:
    trame = served(atlas.standing[level], choice=choice, outside=atlas.outside[level])
    people = atlas.line.inhabitants(level)
    shares = [(float(near), float(usable), float(known)) for near, usable, known in zip(*_tables(trame), strict=True)]
    codes = atlas.line.levels[level].codes
    return ThemeRow(
        theme=theme,
        places=tuple((code, each[0], _kind(*each)) for code, each in zip(codes, shares, strict=True)),
        served=float((people * trame.near).sum() / max(1.0, float(people.sum()))),
        pieces=pieces,
    )


def _tables(trame: Standing) -> tuple[Shares, Shares, Shares]:
    return trame.near, trame.usable, trame.known


def field(atlas: Atlas, choice: Choice, *, level: str) -> Field:
    """Every category in every place of a level, for a question."""
    size = len(atlas.line.levels[level].codes)
    return field_of(
        atlas.line.levels[level].codes,
        atlas.standing[level],
        atlas.demand.by_category(choice, level=level, size=size),
        choice=choice,
        outside=atlas.outside[level],
    )


def gap_at(place: str, category: str) -> PlaceGap:
    """What lacks now on a category in a région, a département or an EPCI.

    Raises AtlasUnavailable while it is counted, Unknown("territory_unknown") for a place of another level.
    """
    atlas = atlas_of()
    level = next((name for name, places in atlas.line.levels.items() if place in places.codes), "")
    if not level:
        raise Unknown("territory_unknown", value=place)
    at = atlas.place_rank(level, place)
    return field(atlas, Choice(categories=(category,)), level=level).told(list(categories()).index(category), at)


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPage:
    """A page of the ranked gaps: the gaps, and how many there are in all."""

    gaps: tuple[PlaceGap, ...]
    total: int


def gaps_ranked(
    atlas: Atlas,
    choice: Choice,
    *,
    level: str,
    of: str = "",
    among: Collection[str] | None = None,
    kind: GapKind | None = None,
    first: int = 0,
    count: int = 25,
) -> GapPage:
    """The gaps of a level from rank `first` on, the highest score first.

    `of`: only inside this wider place; `among`: only in these places; `kind`: only this one of the three.
    """
    found = field(atlas, choice, level=level)
    only = np.ones(found.asked.shape, dtype=np.bool_)
    if among is not None:
        only &= np.isin(found.places, list(among))
    if of:
        kept = np.zeros(found.asked.shape[1], dtype=np.bool_)
        kept[inside(atlas, level=level, of=of)] = True
        only &= kept
    if kind:
        only &= found.of_kind(kind)
    cells = found.ranked(only=only, first=first, count=count)
    return GapPage(gaps=tuple(found.told(*cell) for cell in cells), total=found.total(only=only))


def standing_of_cells(
    atlas: Atlas, *, level: str, place: int, category: str
) -> dict[tuple[str, str], tuple[float, float]]:
    """(stage, nature) → share of the people of a place with something near, and with anything usable."""
    held = atlas.standing[level]
    return {
        (stage, nature): (
            float(held.near[column(category, stage, nature), place]),
            float(held.usable[column(category, stage, nature), place]),
        )
        for stage in Stage.codes()
        for nature in Nature.codes()
    }


def overlaps_ranked(atlas: Atlas, choice: Choice) -> list[OverlapGroup]:
    """The overlap groups of a question whose offers are still published and that nobody linked since, ranked."""
    wanted = [set(codes) for codes in (choice.categories, choice.stages, choice.natures)]
    linked = linked_pairs()
    live = set(published_programmes().values_list("slug", flat=True)) if atlas.overlaps else set()
    return [
        group
        for group in atlas.overlaps
        if all(
            not asked or asked & set(held)
            for asked, held in zip(wanted, (group.categories, group.stages, group.natures), strict=True)
        )
        and live.issuperset(group.slugs)
        and not any(pair <= set(group.slugs) for pair in linked)
    ]


def offers_at(atlas: Atlas, choice: Choice, *, level: str, code: str, which: str) -> list[str]:
    """The uids of the sheets of each offer behind a figure, the first of each; `which`: a name of LAYERS."""
    catalogue = atlas.catalogue
    chosen = catalogue.chosen(choice, layers=LAYERS[which])
    ranks = catalogue.at(chosen, level=level, place=atlas.place_rank(level, code))
    return [catalogue.names[rank][0] for rank in ranks.tolist()]


def evidence_at(atlas: Atlas, choice: Choice, *, level: str, code: str) -> list[str]:
    """The pieces of evidence behind a figure, the heaviest first, as `kind:key`."""
    demand = atlas.demand
    return [
        demand.names[rank]
        for rank in demand.at(demand.chosen(choice), level=level, place=atlas.place_rank(level, code))
    ]


def programmes_named(uids: Sequence[str]) -> list[Programme]:
    """These sheets, in this order, those that are gone left out."""
    rows = {str(row.uid): row for row in Programme.objects.filter(uid__in=uids)}
    return [rows[uid] for uid in uids if uid in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One piece of evidence as a list tells it. `row`: the need or the funded project; None for a search, wordless."""

    kind: str
    row: Need | Grant | None


def evidence_named(names: Sequence[str]) -> list[Told]:
    """These pieces, in this order; those that are gone left out."""
    keys = [name.partition(":")[::2] for name in names]
    needs = {str(row.uid): row for row in _needs(key for kind, key in keys if kind == "need")}
    wanted = [int(key) for kind, key in keys if kind == "grant"]
    grants = {str(row.pk): row for row in Grant.objects.filter(pk__in=wanted).select_related("territory", "programme")}
    found = []
    for kind, key in keys:
        row: Need | Grant | None = needs.get(key) if kind == "need" else grants.get(key)
        if row or kind == "search":
            found.append(Told(kind=kind, row=row))
    return found


def _needs(uids: Iterable[str]) -> Iterable[Need]:
    return Need.objects.filter(uid__in=list(uids)).select_related("territory", "study")


def findings_of(digests: Iterable[str]) -> Mapping[str, Finding]:
    """What people said of these gaps or overlaps, by digest, with how many comments each has."""
    rows = Finding.objects.filter(digest__in=list(digests)).select_related("entrusted_to", "need")
    return {row.digest: row for row in rows.annotate(said=Count("comments"))}
