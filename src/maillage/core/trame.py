"""La trame: offers woven by stage and nature, and the three gaps told apart.

Method: docs/method/trame.md. Where an offer is expected: expected.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from itertools import product

from maillage.core.matching import Match
from maillage.core.sheets import Sheet
from maillage.core.vocabulary import Echelon, GapKind, Nature, Stage
from maillage.core.weighing import weight
from maillage.core.wording import Reason

NEARNESS = {code: rank for rank, code in enumerate(Echelon.codes())}
"""Rank of an échelon, 0 for the most local."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Whom to contact: the local body when a network delivers the offer, else the desk the sheet names."""

    name: str
    slug: str = ""
    place: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """Why an offer comes before the one of this title: what puts it there, and what the other has for it."""

    slug: str
    title: str
    because: tuple[Reason, ...]
    despite: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One offer, judged for one need in one place."""

    match: Match
    echelon: str
    reasons: tuple[Reason, ...] = ()
    desks: tuple[Desk, ...] = ()
    missing: Reason | None = None
    """The condition known to be unmet, when there is one."""
    unsure: Reason | None = None
    """Set when the offer is local by nature but nobody knows whether it is at work here."""
    judged: tuple[Reason, ...] = ()
    """What this space chose before for needs alike, what people who have the same need here said of it."""
    lacking: tuple[Reason, ...] = ()
    """What it lacks for this need, when it can be asked for here all the same."""
    ahead: Ahead | None = None
    """Why it is told before the next one of its cell."""

    @property
    def slug(self) -> str:
        """The address of the programme."""
        return self.match.sheet.slug

    @property
    def nearness(self) -> int:
        """0 for local … 3 for national."""
        return NEARNESS[self.echelon]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What is missing in a cell, which of the three gaps it is, and the nearest thing that exists."""

    kind: GapKind
    nearest: Offer | None = None
    condition: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One stage of one nature. `state`: offers, gap or not_expected; `gap` is set exactly when it is a gap."""

    stage: Stage
    nature: Nature
    state: str
    offers: tuple[Offer, ...] = ()
    more: tuple[Offer, ...] = ()
    gap: Gap | None = None
    not_expected: str = ""


@lru_cache(maxsize=1)
def not_expected() -> dict[tuple[str, str], str]:
    """(nature, stage) → why no offer is expected there, in French."""
    text = files("maillage.core").joinpath("expected.toml").read_text(encoding="utf-8")
    return {(row["nature"], row["stage"]): row["reason"] for row in tomllib.loads(text)["not_expected"]}


def weave(*, usable: Iterable[Offer], beyond: Iterable[Offer], far_from: Echelon | None) -> tuple[Cell, ...]:
    """The fifteen cells, natures then stages in their order.

    `usable`: offers one can ask for here. `beyond`: relevant offers that exist but not for here, or under a condition
    known to be unmet (`missing`). `far_from`: the first échelon that is distant for this place, None when none is, as
    without a place.
    """
    here, away = _by_cell(sorted(usable, key=telling_order)), _by_cell(beyond)
    return tuple(
        _cell(stage, nature, here.get((stage, nature), []), away.get((stage, nature), []), far_from=far_from)
        for nature in Nature
        for stage in Stage
    )


def unfilled(usable: Iterable[Offer]) -> frozenset[tuple[str, str]]:
    """The cells (stage, nature) where an offer is expected and none is usable: the only ones that look beyond."""
    every = {(stage, nature) for stage in Stage for nature in Nature}
    filled = {place for item in usable for place in places_of(item.match.sheet)}
    return frozenset(every - filled - {(stage, nature) for nature, stage in not_expected()})


def places_of(sheet: Sheet) -> Iterable[tuple[str, str]]:
    """The cells (stage, nature) where a sheet stands."""
    return product(sheet.columns(), sheet.natures)


def _by_cell(offers: Iterable[Offer]) -> dict[tuple[str, str], list[Offer]]:
    """The offers of each (stage, nature), in the order given."""
    found: dict[tuple[str, str], list[Offer]] = {}
    for item in offers:
        for place in places_of(item.match.sheet):
            found.setdefault(place, []).append(item)
    return found


def _cell(stage: Stage, nature: Nature, here: list[Offer], away: list[Offer], *, far_from: Echelon | None) -> Cell:
    reason = not_expected().get((nature, stage), "")
    shown, more = choose(here)
    if reason and not shown:
        return Cell(stage=stage, nature=nature, state="not_expected", not_expected=reason)
    gap = None if reason else find_gap(shown, away, far_from=far_from)
    return Cell(
        stage=stage, nature=nature, state="gap" if gap else "offers", offers=tuple(shown), more=tuple(more), gap=gap
    )


def choose(offers: Sequence[Offer]) -> tuple[list[Offer], list[Offer]]:
    """The offers a cell shows and the others, both in the order given, `telling_order`: the worthiest are shown.

    The nearest one is always among them: a cell never says that nothing is nearer while it hides what is.
    """
    limit = int(weight("trame", "shown_per_cell"))
    if len(offers) <= limit:
        return list(offers), []
    best = sorted((-worth(item), item.slug, place) for place, item in enumerate(offers))[:limit]
    shown = {place for _, _, place in best}
    if offers[0].nearness < min(offers[place].nearness for place in shown):
        shown = {0, *(place for _, _, place in best[:-1])}
    kept = [item for place, item in enumerate(offers) if place in shown]
    return kept, [item for place, item in enumerate(offers) if place not in shown]


def worth(offer: Offer) -> float:
    """What ranks the offer, raised for each échelon nearer than the nation when the presence is known."""
    nearer = 0 if offer.unsure else NEARNESS[Echelon.NATIONAL] - offer.nearness
    return offer.match.standing + weight("trame", "per_echelon_nearer") * nearer


def telling_order(offer: Offer) -> tuple[int, bool, float, str]:
    """The most local first, known presence before unsure, then what answers best, then by address."""
    return (offer.nearness, bool(offer.unsure), -offer.match.standing, offer.slug)


def find_gap(here: Sequence[Offer], away: Sequence[Offer], *, far_from: Echelon | None) -> Gap | None:
    """Which of the three gaps this cell has: only distant, only conditional, nothing; None when it has none.

    An offer near by nature but whose presence here is unsure fills no gap: it makes it conditional.
    """
    near = [item for item in here if far_from is None or item.nearness < NEARNESS[far_from]]
    if any(item.unsure is None for item in near) or (here and far_from is None):
        return None
    if near:
        return Gap(kind=GapKind.CONDITIONAL, nearest=near[0], condition=near[0].unsure)
    if here:
        return Gap(kind=GapKind.DISTANT, nearest=min(here, key=telling_order))
    conditional = sorted((item for item in away if item.missing), key=telling_order)
    if conditional:
        return Gap(kind=GapKind.CONDITIONAL, nearest=conditional[0], condition=conditional[0].missing)
    closest = min(away, key=lambda item: (-item.match.standing, item.slug), default=None)
    return Gap(kind=GapKind.NOTHING, nearest=closest)


def first_steps(cells: Sequence[Cell], *, limit: int = 3) -> tuple[Offer, ...]:
    """Where to begin: the nearest offers of the first stages, free ones first, one per nature."""
    steps: list[Offer] = []
    early = [cell for stage in (Stage.EMERGENCE, Stage.DESIGN, Stage.FUNDING) for cell in cells if cell.stage == stage]
    for cell in early:
        fresh = [item for item in cell.offers if all(item.slug != step.slug for step in steps)]
        if fresh and len(steps) < limit and cell.nature not in {step.match.sheet.natures[0] for step in steps}:
            steps.append(min(fresh, key=lambda item: (not item.match.is_specific, *_ease(item))))
    return tuple(steps)


def _ease(offer: Offer) -> tuple[bool, int, float]:
    return (offer.match.sheet.price != "FREE", offer.nearness, -offer.match.standing)


def with_reasons(offer: Offer, *reasons: Reason) -> Offer:
    """The offer with more reasons after its own."""
    return replace(offer, reasons=(*offer.reasons, *reasons))
