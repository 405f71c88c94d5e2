"""From a sheet to what coverage counts: where, in which cells, worth how much, under a condition or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from maillage.core.coverage.ground import Reach
from maillage.core.coverage.supply import Supplied
from maillage.core.quality import confirmed_on, freshness_score
from maillage.core.records import ProgrammeRecord
from maillage.core.territory import FRANCE
from maillage.core.text import fold
from maillage.core.vocabulary import MONEY, Echelon, Restriction, Stage
from maillage.core.weighing import weight

BY_PLACE = frozenset({Restriction.PVD, Restriction.ACV, Restriction.VA, Restriction.TI})
"""Statuses that a place has or not: an offer whose zone is made of these places asks nothing more."""


def supplied_of(
    record: ProgrammeRecord,
    *,
    today: dt.date,
    members: Iterable[str] | None = None,
    replaced_in: Iterable[str] = (),
) -> Supplied:
    """What coverage needs of a sheet on a day.

    `members`: the zones of the network that delivers it, None when none does. `replaced_in`: where a local variant
    stands for it, expired or not. A generalist offer without category stands in no cell: it is counted apart, for it
    would hide every gap.
    """
    return Supplied(
        key=offer_key(record),
        reach=Reach(
            zones=frozenset(record.zones),
            excluded=frozenset((*record.excluded_zones, *replaced_in)),
            within=None if members is None else frozenset(members),
        ),
        categories=record.categories,
        stages=(Stage.FUNDING.value,) if record.aid_types and set(record.aid_types) <= MONEY else record.stages,
        natures=record.natures,
        echelon=echelon_of(record),
        worth=worth_of_offer(record, today=today),
        conditional=waits(record, today=today),
        names=(record.uid,),
    )


def echelon_of(record: ProgrammeRecord) -> str:
    """Where one knocks. Local by nature but said to be all over France, by nobody in particular: national, until a
    table of local bodies says where."""
    unsure = FRANCE in record.zones and not record.delivered_by
    near = (Echelon.LOCAL.value, Echelon.DEPARTMENTAL.value)
    return Echelon.NATIONAL.value if unsure and record.echelon in near else record.echelon


def offer_key(record: ProgrammeRecord) -> str:
    """The same title by the same operators is one offer, however many sources list it; without operator, the sheet."""
    operators = sorted({fold(ref.name) for ref in record.operators if ref.role == "operator"})
    return "\n".join((fold(record.title), *operators)) if operators else record.uid


def waits(record: ProgrammeRecord, *, today: dt.date) -> bool:
    """Whether it waits for a condition that being in its zone does not meet: closed, not open yet, reserved."""
    if record.closes_on and record.closes_on < today:
        return True
    if record.opens_on and record.opens_on > today:
        return True
    reserved = record.restricted_to
    if reserved in BY_PLACE:
        return not any(code.startswith("ZONE-") for code in record.zones)
    return bool(reserved)


def worth_of_offer(record: ProgrammeRecord, *, today: dt.date) -> float:
    """How much of a full offer it is, from 0 to 1: freshness, never below `coverage.stale`, times what it costs."""
    day = confirmed_on(record)
    fresh = freshness_score((today - day).days) if day else 0.0
    stale = weight("coverage", "stale")
    return (stale + (1 - stale) * fresh) * weight("coverage", f"price_{record.price.lower()}")
