"""Writes cycles: what they are for, when, what their members said of them. Every state stays in the event log."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.programme import animators_only
from maillage.dialogue.models import Cycle
from maillage.dialogue.queries.cycles import CYCLE

PRIORITIES, PRIORITY_LENGTH = 12, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleFields:
    """What is said of a cycle. `period_told`: in words, when no day is known."""

    title: str
    objective: str = ""
    priorities: tuple[str, ...] = ()
    period_told: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    evaluation: str = ""


def fields_of_cycle(cycle: Cycle) -> CycleFields:
    """What is said of a cycle now."""
    values = {item.name: getattr(cycle, item.name) for item in fields(CycleFields)}
    return CycleFields(**values | {"priorities": tuple(cycle.priorities)})


def version_of_cycle(cycle: Cycle) -> str:
    """Names what is said of a cycle: two readers of the same words have the same."""
    return hashlib.sha256(repr(fields_of_cycle(cycle)).encode()).hexdigest()[:16]


@transaction.atomic
def prepare_cycle(*, said: CycleFields, by: User) -> Cycle:
    """Another cycle, after the others. Raises Refused("animators_only"), Invalid as `change_cycle`."""
    animators_only(by)
    values = _checked(said)
    base = slugify(values["title"].replace("’", " ").replace("œ", "oe"))[:110].strip("-") or "cycle"
    taken = set(Cycle.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug = next(name for name in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)
    last = Cycle.objects.aggregate(last=Max("position"))["last"]
    cycle = Cycle.objects.create(slug=slug, position=0 if last is None else last + 1, **values)
    _told(cycle, by=by, verb=Verb.CREATED, changed=())
    return cycle


@transaction.atomic
def change_cycle(*, cycle: Cycle, said: CycleFields, seen: str, by: User) -> Cycle:
    """Write what is said of a cycle, if it still is as this person read it (`seen`: `version_of_cycle`).

    Raises Refused("animators_only" or "edited_meanwhile"), Invalid("field_required", "field_too_long" or
    "cycle_ends_before").
    """
    animators_only(by)
    row = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if version_of_cycle(row) != seen:
        raise Refused("edited_meanwhile", title=row.title)
    values = _checked(said)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, values[name])
    row.save()
    _told(row, by=by, verb=Verb.CHANGED, changed=changed)
    return row


def _checked(said: CycleFields) -> dict[str, Any]:
    """The columns of these fields, once acceptable."""
    title = " ".join(said.title.split())
    if not title:
        raise Invalid("field_required", field="titre")
    for name, limit in (("title", 300), ("objective", 4000), ("period_told", 120), ("evaluation", 8000)):
        if (length := len(getattr(said, name))) > limit:
            raise Invalid("field_too_long", field=name, length=length, limit=limit)
    if said.starts_on and said.ends_on and said.ends_on < said.starts_on:
        raise Invalid("cycle_ends_before")
    priorities = [" ".join(each.split())[:PRIORITY_LENGTH] for each in said.priorities]
    kept = [each for each in priorities if each][:PRIORITIES]
    words = {name: getattr(said, name).replace("\r\n", "\n").strip() for name in ("objective", "evaluation")}
    period = " ".join(said.period_told.split())
    return asdict(said) | words | {"title": title, "priorities": kept, "period_told": period}


def _told(cycle: Cycle, *, by: User, verb: Verb, changed: list[str] | tuple[()]) -> None:
    plain = asdict(fields_of_cycle(cycle))
    days = {name: plain[name].isoformat() if plain[name] else "" for name in ("starts_on", "ends_on")}
    snapshot = plain | days | {"priorities": list(cycle.priorities)}
    facts = {"fields": list(changed)}
    happened = Happened(verb=verb, target_type=CYCLE, target_key=str(cycle.uid), snapshot=snapshot, facts=facts)
    record_events(by=by, happened=[happened])
