"""Writes the workshops: prepared, drawn from who is there, mended, begun round after round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.core.errors import Invalid, Refused
from maillage.core.rotation import Mode, Participant, Pin, Plan, Score, plan, replan
from maillage.core.rotation.shapes import ABSENT, LEAST, MOST
from maillage.dialogue.models import AgendaMoment, Attendance, MomentKind, Rotation, RotationMode, Workshop
from maillage.dialogue.queries.leading import leads
from maillage.dialogue.queries.workshops import past_encounters

ROTATION = "rotation"


@transaction.atomic
def prepare_workshops(
    *, moment: AgendaMoment, titles: Sequence[str], mode: str = RotationMode.MIXING, minutes: int = 20, by: User
) -> Rotation:
    """The workshops of a moment, one per title; what was prepared before is replaced as long as nothing has begun.

    Raises Refused("animators_only", "not_a_workshop_moment" or "rotation_begun"), Invalid("workshops_out_of_range",
    "workshop_without_title" or "round_lasts").
    """
    _animators_only(by)
    if moment.kind != MomentKind.WORKSHOPS:
        raise Refused("not_a_workshop_moment")
    told = [title.strip()[:300] for title in titles]
    if not LEAST <= len(told) <= MOST:
        raise Invalid("workshops_out_of_range", least=LEAST, most=MOST)
    if not all(told):
        raise Invalid("workshop_without_title")
    if not 1 <= minutes <= 240 or mode not in RotationMode.values:
        raise Invalid("round_lasts", value=minutes)
    AgendaMoment.objects.select_for_update().get(pk=moment.pk)
    before = Rotation.objects.filter(moment=moment).first()
    if before and before.begun:
        raise Refused("rotation_begun")
    Rotation.objects.filter(moment=moment).delete()
    rotation = Rotation.objects.create(moment=moment, mode=mode, minutes=minutes)
    Workshop.objects.bulk_create(Workshop(rotation=rotation, position=at, title=title) for at, title in enumerate(told))
    _log(rotation, by=by, verb=Verb.CREATED)
    return rotation


@transaction.atomic
def name_host(*, workshop: Workshop, attendance: Attendance | None, by: User) -> Workshop:
    """Who stays at this table, or nobody; the plan is to be drawn again. Raises Refused("animators_only",
    "rotation_begun", "host_elsewhere" or "host_not_here").
    """
    _animators_only(by)
    rotation = _locked(workshop.rotation)
    if rotation.begun:
        raise Refused("rotation_begun")
    if attendance and attendance.session_id != rotation.moment.session_id:
        raise Refused("host_not_here")
    if attendance and rotation.workshops.filter(host=attendance).exclude(pk=workshop.pk).exists():
        raise Refused("host_elsewhere")
    workshop.host = attendance
    workshop.save(update_fields=["host"])
    return workshop


@transaction.atomic
def draw_seats(*, rotation: Rotation, seed: int = 1, by: User) -> Rotation:
    """Seat everyone who is there now, hosts aside; what was drawn or chosen by hand before is forgotten.

    Raises Refused("animators_only", "rotation_begun" or "nobody_here").
    """
    _animators_only(by)
    row = _locked(rotation)
    if row.begun:
        raise Refused("rotation_begun")
    here = _here(row)
    if not here:
        raise Refused("nobody_here")
    people = [_participant(each) for each in here]
    met = past_encounters(row.moment.session, here)
    drawn = plan(people, workshops=row.workshops.count(), mode=Mode(row.mode), seed=seed, encounters=met)
    row.pins = []
    return _keep(row, drawn, by=by)


@transaction.atomic
def mend_seats(*, rotation: Rotation, pins: Sequence[Pin] = (), by: User) -> Rotation:
    """Seat who came since, free the seats of who left, hold the seats chosen by hand; others move as little as may be.

    Rounds that have begun stay as they were. Raises Refused("animators_only", "seats_not_drawn" or "no_way_left"),
    Invalid("unknown_pin").
    """
    _animators_only(by)
    row = _locked(rotation)
    if not row.plan:
        raise Refused("seats_not_drawn")
    before, here = _plan_of(row), _here(row)
    present = {str(each.uid): each for each in here}
    people = [_again(str(each.uid), each, before, row.begun) for each in _everyone(row, before, present)]
    people = [each for each in people if each.leaves != 0]
    known = {each.key for each in people}
    held = {(pin.key, pin.round): pin for pin in [*_pins_of(row), *pins] if pin.key in known or pin in pins}
    encounters = past_encounters(row.moment.session, here)
    mended = replan(before, people, played=row.begun, encounters=encounters, pins=list(held.values()))
    row.pins = [[pin.key, pin.round, pin.workshop] for pin in held.values()]
    return _keep(row, mended, by=by)


def swap_seats(*, rotation: Rotation, one: str, two: str, round: int, by: User) -> Rotation:
    """Exchange two people (uids of attendances) at a round to come. Raises what `mend_seats` raises."""
    seats = rotation.plan.get("seats", {})
    if one not in seats or two not in seats or not rotation.begun <= round < len(seats[one]):
        raise Invalid("unknown_pin")
    if ABSENT in (seats[one][round], seats[two][round]):
        raise Invalid("unknown_pin")
    pins = (Pin(one, round, seats[two][round]), Pin(two, round, seats[one][round]))
    return mend_seats(rotation=rotation, pins=pins, by=by)


@transaction.atomic
def begin_round(*, rotation: Rotation, seen: int, by: User) -> Rotation:
    """Start the next round and its clock. `seen`: rounds begun that the person saw; a second press changes nothing.

    Raises Refused("animators_only", "seats_not_drawn" or "rounds_over").
    """
    _animators_only(by)
    row = _locked(rotation)
    if not row.plan:
        raise Refused("seats_not_drawn")
    if row.begun != seen:
        return row
    if row.begun >= row.workshops.count():
        raise Refused("rounds_over")
    row.begun += 1
    row.began_at = timezone.now()
    row.save(update_fields=["begun", "began_at", "updated_at"])
    _log(row, by=by, verb=Verb.CHANGED)
    return row


def _animators_only(by: User) -> None:
    if not leads(by):
        raise Refused("animators_only")


def _locked(rotation: Rotation) -> Rotation:
    return Rotation.objects.select_for_update(of=("self",)).select_related("moment__session").get(pk=rotation.pk)


def _here(rotation: Rotation) -> list[Attendance]:
    """Who is in the room and turns: hosts stay."""
    hosts = rotation.workshops.filter(host__isnull=False).values("host")
    rows = Attendance.objects.filter(session=rotation.moment.session, left_at=None).exclude(pk__in=hosts)
    return list(rows.order_by("id"))


def _participant(row: Attendance, *, arrives: int = 0, leaves: int | None = None) -> Participant:
    return Participant(
        key=str(row.uid),
        organisation=str(row.organisation_id),
        nature=row.natures[0] if row.natures else "",
        echelon=row.echelon,
        arrives=arrives,
        leaves=leaves,
    )


def _everyone(rotation: Rotation, before: Plan, present: dict[str, Attendance]) -> list[Attendance]:
    """Who was seated, in their order, then who came since."""
    seated = {str(row.uid): row for row in Attendance.objects.filter(session=rotation.moment.session)}
    return [seated[uid] for uid in before.seats if uid in seated] + [
        row for uid, row in present.items() if uid not in before.seats
    ]


def _again(uid: str, row: Attendance, before: Plan, begun: int) -> Participant:
    """Someone as they stand now: newcomers join the next round, who left keeps the rounds they were at."""
    seats = before.seats.get(uid)
    arrives = begun if seats is None else next((at for at, seat in enumerate(seats) if seat != ABSENT), begun)
    stayed = max((at + 1 for at, seat in enumerate(seats or ()) if seat != ABSENT), default=0)
    leaves = None if row.left_at is None else min(begun, stayed)
    return _participant(row, arrives=arrives, leaves=leaves)


def _plan_of(rotation: Rotation) -> Plan:
    kept = rotation.plan
    seats = {uid: tuple(row) for uid, row in kept["seats"].items()}
    numbers = {name: kept["score"][name] for name in ("met", "met_at_most", "pairs", "new", "new_at_most")}
    return Plan(
        mode=Mode(rotation.mode),
        workshops=kept["workshops"],
        seats=seats,
        seed=rotation.seed,
        score=Score(**numbers),
        solver=kept["solver"],
    )


def _pins_of(rotation: Rotation) -> list[Pin]:
    return [Pin(key, at, workshop) for key, at, workshop in rotation.pins]


def _keep(rotation: Rotation, drawn: Plan, *, by: User) -> Rotation:
    rotation.seed = drawn.seed
    rotation.plan = {
        "workshops": drawn.workshops,
        "seats": {uid: list(row) for uid, row in drawn.seats.items()},
        "score": asdict(drawn.score),
        "solver": drawn.solver,
        "moved": list(drawn.moved),
    }
    rotation.save(update_fields=["seed", "plan", "pins", "updated_at"])
    _log(rotation, by=by, verb=Verb.CHANGED)
    return rotation


def _log(rotation: Rotation, *, by: User, verb: Verb) -> None:
    facts = {"begun": rotation.begun, "moved": len(rotation.plan.get("moved", ()))}
    record_events(
        by=by, happened=[Happened(verb=verb, target_type=ROTATION, target_key=str(rotation.uid), facts=facts)]
    )
