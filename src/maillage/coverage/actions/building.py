"""The coverage computed and written: whole each night, by the offers that changed in between."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import pickle
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from django.db import transaction
from django.utils import timezone

from maillage.accounts.memory import log_mark
from maillage.accounts.models import Event
from maillage.core.coverage import (
    Demand,
    Evidence,
    Standing,
    Supplied,
    catalogue_of,
    demand_of,
    outside_of,
    standings_of,
    supply_of,
)
from maillage.core.errors import Refused
from maillage.coverage import atlas as files
from maillage.coverage.atlas import LEVELS, Atlas, State
from maillage.coverage.evidence import evidence, funded
from maillage.coverage.geography import Reference, reference
from maillage.coverage.models import CoverageSnapshot
from maillage.coverage.supplies import Offers, offers_now, offers_on, overlaps_among, touched_offers
from maillage.inventory.queries import GRANTS, PROGRAMME

NEEDS = ("need", "study")
WHOLE = ("geography", "organisation", "network")
"""Events of these types may move any offer: everything is counted again."""
FOLLOWED = (PROGRAMME, GRANTS, *NEEDS, *WHOLE)
MOST_ADJUSTED = 200
"""Sheets beyond which counting everything again is quicker."""
MANY = 2000
"""Events that cannot be of so few sheets, but for one that changes ten times within the minute."""
PAUSE_S = 20.0
"""Seconds between two writings, so that an import of thousands of sheets does not make thousands of atlases."""
QUIET_S, LATEST_S = 30.0, 900.0
"""Everything is counted again when the log has been quiet so long, or when what is shown is so old: an import counted
while it runs would be counted again ten times, each time longer, beside the index that waits for the same processor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a writing did."""

    offers: int
    pieces: int
    seconds: float


def rebuild(*, day: dt.date | None = None) -> Built:
    """Count everything anew from the database and show it. Raises Refused("coverage_busy") when someone else does."""
    started = time.monotonic()
    with only_writer():
        event = _last_event()
        today = day or timezone.localdate()
        where = reference()
        offers = offers_now(where.ground.closure, today=today)
        demand = demand_of(where.ground.line, _pieces(where), today=today)
        made = _atlas(where, offers, demand, state=_state(where, today, event))
        _show(made, offers.supplied)
    return Built(offers=len(made.catalogue), pieces=len(demand), seconds=time.monotonic() - started)


def catch_up() -> int:
    """Count again what the log says changed since; returns the number of events read, 0 when nothing did.

    A few sheets change their own columns only, within the minute; more are counted once all have come (`QUIET_S`). What
    is two days old, for want of a nightly count, is counted anew.
    Raises AtlasUnavailable when there is nothing to adjust yet.
    """
    folder = files.current()
    state = files.read_state(folder)
    if dt.date.fromisoformat(state["day"]) < timezone.localdate() - dt.timedelta(days=1):
        rebuild()
        return 0
    rows = Event.objects.filter(id__gt=state["event"], target_type__in=FOLLOWED).order_by("id")
    shown_for = time.time() - (folder / "state.json").stat().st_mtime
    last = rows.last()
    if last is None or shown_for < PAUSE_S:
        return 0
    is_quiet = (timezone.now() - last.at).total_seconds() >= QUIET_S or shown_for >= LATEST_S
    if not is_quiet and rows[MANY : MANY + 1]:
        return 0  # an import on its way: its thousands of events are not read at each look
    events = list(rows.values_list("target_type", "target_key"))
    uids = {key for kind, key in events if kind == PROGRAMME}
    if any(kind != PROGRAMME for kind, _ in events) or len(uids) > MOST_ADJUSTED:
        if not is_quiet:
            return 0
        rebuild()
    else:
        with only_writer():
            _adjust(files.read(folder), folder, uids)
    return len(events)


def _adjust(atlas: Atlas, folder: Path, uids: set[str]) -> None:
    event, where = _last_event(), reference()
    if where.vintage != atlas.state["vintage"] or where.ground.line.communes != atlas.line.communes:
        raise files.AtlasUnavailable("coverage_missing")
    today = atlas.day
    held: dict[str, Supplied] = {offer.names[0]: offer for offer in pickle.loads(_offers_file(folder).read_bytes())}  # noqa: S301  # our own file, written by this module
    fresh = touched_offers(where.ground.closure, uids, today=today)
    before = [held.pop(uid) for uid in fresh if uid in held]
    after = [offer for offer in fresh.values() if offer]
    held |= {offer.names[0]: offer for offer in after}
    catalogue = catalogue_of(where.ground, held.values())
    moved = sorted({int(number) for offer in (*before, *after) for number in offer.columns})
    standing = {
        level: _moved(atlas.standing[level], catalogue.columns_standing(moved, level=level), moved) for level in LEVELS
    }
    made = replace(atlas, catalogue=catalogue, standing=standing, state={**atlas.state, "event": event})
    _show(made, tuple(held.values()))


def _moved(standing: Standing, changed: Standing, columns: list[int]) -> Standing:
    tables = {}
    for name in files.SHARES:
        table = np.array(getattr(standing, name))
        table[columns] = getattr(changed, name)
        tables[name] = table
    return Standing(**tables)


def _atlas(where: Reference, offers: Offers, demand: Demand, *, state: State) -> Atlas:
    supply = supply_of(where.ground, offers.supplied)
    return Atlas(
        state=state,
        line=where.ground.line,
        catalogue=catalogue_of(where.ground, offers.supplied),
        demand=demand,
        standing=standings_of(supply, levels=LEVELS),
        outside={level: outside_of(where.ground, level=level) for level in LEVELS},
        overlaps=tuple(overlaps_among(where.ground, offers)),
        generalists=offers.generalists,
    )


def _state(where: Reference, today: dt.date, event: int) -> State:
    return State(version=files.VERSION, event=event, day=today.isoformat(), vintage=where.vintage)


def _show(made: Atlas, supplied: Iterable[Supplied]) -> None:
    folder = files.root() / f"atlas-{time.time_ns()}"
    files.write(folder, made)
    _offers_file(folder).write_bytes(pickle.dumps(tuple(supplied)))
    files.use(folder)
    files.forget()


def _offers_file(folder: Path) -> Path:
    return folder / "supplied.pickle"


def _last_event() -> int:
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _pieces(where: Reference) -> Iterable[Evidence]:
    """Every piece; funded projects are read again (their words take 12 s for 62 000) only when their lists changed."""
    mark = json.dumps([str(part) for part in (where.vintage, *log_mark(GRANTS), *log_mark("geography"))])
    path = files.root() / "funded.pickle"
    try:
        known, pieces = pickle.loads(path.read_bytes())  # noqa: S301  # our own file, written just below
    except (OSError, ValueError, EOFError, pickle.UnpicklingError):
        known, pieces = "", []
    if known != mark:
        pieces = list(funded(where))
        files.root().mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".new-{os.getpid()}")
        draft.write_bytes(pickle.dumps((mark, pieces)))
        os.replace(draft, path)
    return [*evidence(where), *pieces]


def take_snapshot(*, day: dt.date | None = None) -> CoverageSnapshot:
    """Keep the coverage of a day. Today's is what is shown; an earlier day's is computed from the event log, with the
    zones of networks and the geography of today, and is never shown in place of today's.

    Raises AtlasUnavailable when nothing is shown yet, Refused("day_to_come") for a day to come.
    """
    today = timezone.localdate()
    asked = day or today
    if asked > today:
        raise Refused("day_to_come", value=asked.isoformat())
    made = files.atlas_now() if asked == today else _atlas_on(asked)
    files.write(files.day_folder(asked), made)
    with transaction.atomic():
        row, _ = CoverageSnapshot.objects.update_or_create(
            day=asked,
            defaults={
                "vintage": made.state["vintage"],
                "offers": len(made.catalogue),
                "pieces": len(made.demand),
            },
        )
    return row


def _atlas_on(day: dt.date) -> Atlas:
    where = reference()
    offers = offers_on(where.ground.closure, day=day)
    pieces = [*evidence(where, until=day), *funded(where, until=day)]
    demand = demand_of(where.ground.line, pieces, today=day)
    return _atlas(where, offers, demand, state=_state(where, day, _last_event()))


@contextmanager
def only_writer() -> Iterator[None]:
    """One process writes at a time. Raises Refused("coverage_busy")."""
    files.root().mkdir(parents=True, exist_ok=True)
    with (files.root() / "writer.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("coverage_busy") from error
        yield
