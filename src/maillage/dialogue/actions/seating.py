"""Writes who sits where.

Seats are computed outside of any transaction (up to ten seconds from four workshops on), while nobody waits for a lock,
then written unless something changed meanwhile.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from maillage.accounts.models import User
from maillage.core.errors import Invalid, Refused
from maillage.core.rotation import Mode, Participant, Pin, Plan, Score, plan, replan
from maillage.core.rotation.shapes import ABSENT
from maillage.dialogue.actions.programme import animators_only
from maillage.dialogue.actions.workshops import keep_rotation, locked_rotation
from maillage.dialogue.models import Attendance, Rotation
from maillage.dialogue.queries.seating import here_of, pending_of
from maillage.dialogue.queries.workshops import past_encounters


def draw_seats(*, rotation: Rotation, seed: int = 1, by: User) -> Rotation:
    """Seat everyone who is there now, hosts aside; what was drawn or chosen by hand before is forgotten.

    Raises Refused("animators_only", "rotation_begun", "nobody_here" or "seats_changed_meanwhile").
    """
    animators_only(by)
    row = _read(rotation)
    if row.begun:
        raise Refused("rotation_begun")
    here = here_of(row)
    if not here:
        raise Refused("nobody_here")
    people = [_participant(each) for each in here]
    met = past_encounters(row.moment.session, here)
    drawn = plan(people, workshops=row.workshops.count(), mode=Mode(row.mode), seed=seed, encounters=met)
    with transaction.atomic():
        current = _unchanged(row, here)
        current.seed, current.pins, current.plan = drawn.seed, [], _plain(drawn)
        return keep_rotation(current, by=by)


def mend_seats(*, rotation: Rotation, by: User) -> Rotation:
    """Seat who came since, free the seats of who left, hold the seats chosen by hand; others move as little as may be.

    Rounds that have begun stay as they were. Raises Refused("animators_only", "seats_not_drawn", "no_way_left" or
    "seats_changed_meanwhile").
    """
    animators_only(by)
    row = _read(rotation)
    here = here_of(row)
    mended, pins = _mended(row, here, pins=())
    with transaction.atomic():
        current = _unchanged(row, here)
        current.pins, current.plan = pins, _plain(mended)
        return keep_rotation(current, by=by)


def propose_change(*, rotation: Rotation, pins: Sequence[Pin], by: User) -> Rotation:
    """Compute what holding these people (uids of attendances) at these seats would change; nothing moves before
    `confirm_change`. Raises Refused("animators_only", "seats_not_drawn", "mend_first", "no_way_left" or
    "seats_changed_meanwhile"), Invalid("unknown_pin").
    """
    animators_only(by)
    row = _read(rotation)
    if not row.plan:
        raise Refused("seats_not_drawn")
    if any(pin.key not in row.plan["seats"] or pin.round < row.begun for pin in pins) or not pins:
        raise Invalid("unknown_pin")
    if pending_of(row).is_any:
        raise Refused("mend_first")
    here = here_of(row)
    changed, held = _mended(row, here, pins=pins)
    with transaction.atomic():
        current = _unchanged(row, here)
        current.proposal = {
            "key": secrets.token_hex(8),
            "version": current.version,
            "room": _room(here),
            "asked": [[pin.key, pin.round, pin.workshop] for pin in pins],
            "pins": held,
            "plan": _plain(changed),
        }
        current.save(update_fields=["proposal", "updated_at"])
        return current


def propose_swap(*, rotation: Rotation, one: str, two: str, round: int, by: User) -> Rotation:
    """Compute what exchanging two people at a round to come would change.

    Raises what `propose_change` raises, Refused("same_table").
    """
    seats = rotation.plan.get("seats", {})
    if one == two or one not in seats or two not in seats or not rotation.begun <= round < len(seats[one]):
        raise Invalid("unknown_pin")
    if ABSENT in (seats[one][round], seats[two][round]):
        raise Invalid("unknown_pin")
    if seats[one][round] == seats[two][round]:
        raise Refused("same_table")
    pins = (Pin(one, round, seats[two][round]), Pin(two, round, seats[one][round]))
    return propose_change(rotation=rotation, pins=pins, by=by)


@transaction.atomic
def confirm_change(*, rotation: Rotation, key: str, by: User) -> Rotation:
    """Make the change that was shown, exactly. Raises Refused("animators_only" or "proposal_gone")."""
    animators_only(by)
    row = locked_rotation(rotation)
    shown = row.proposal
    if not shown or shown["key"] != key or shown["version"] != row.version or shown["room"] != _room(here_of(row)):
        raise Refused("proposal_gone")
    row.plan, row.pins = shown["plan"], shown["pins"]
    return keep_rotation(row, by=by)


@transaction.atomic
def drop_change(*, rotation: Rotation, by: User) -> Rotation:
    """Forget the change that was shown. Raises Refused("animators_only")."""
    animators_only(by)
    row = locked_rotation(rotation)
    row.proposal = {}
    row.save(update_fields=["proposal", "updated_at"])
    return row


@transaction.atomic
def free_seat(*, rotation: Rotation, person: str, round: int, by: User) -> Rotation:
    """Hold someone no more at the seat a hand chose: nobody moves now, the next mending may move them.

    Raises Refused("animators_only").
    """
    animators_only(by)
    row = locked_rotation(rotation)
    kept = [pin for pin in row.pins if (pin[0], pin[1]) != (person, round)]
    if len(kept) == len(row.pins):
        return row
    row.pins = kept
    return keep_rotation(row, by=by)


def _read(rotation: Rotation) -> Rotation:
    """The rotation as it is now, held by nobody."""
    return Rotation.objects.select_related("moment__session").get(pk=rotation.pk)


def _unchanged(read: Rotation, here: Sequence[Attendance]) -> Rotation:
    """The row held, when what was computed still fits it. Raises Refused("seats_changed_meanwhile")."""
    current = locked_rotation(read)
    if current.version != read.version or _room(here_of(current)) != _room(here):
        raise Refused("seats_changed_meanwhile")
    return current


def _room(here: Sequence[Attendance]) -> str:
    """Who is in the room, in one word."""
    return hashlib.sha256("|".join(sorted(str(each.uid) for each in here)).encode()).hexdigest()


def _mended(row: Rotation, here: Sequence[Attendance], *, pins: Sequence[Pin]) -> tuple[Plan, list[list[Any]]]:
    """The plan mended for who is here now, and every seat a hand holds in it."""
    if not row.plan:
        raise Refused("seats_not_drawn")
    before = _plan_of(row)
    present = {str(each.uid): each for each in here}
    people = [_again(str(each.uid), each, before, row.begun) for each in _everyone(row, before, present)]
    people = [each for each in people if each.leaves != 0]
    known = {each.key for each in people}
    earlier = [Pin(key, at, workshop) for key, at, workshop in row.pins]
    held = {(pin.key, pin.round): pin for pin in [*earlier, *pins] if pin.key in known or pin in pins}
    met = past_encounters(row.moment.session, here)
    mended = replan(before, people, played=row.begun, encounters=met, pins=list(held.values()))
    return mended, [[pin.key, pin.round, pin.workshop] for pin in held.values()]


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


def _plain(drawn: Plan) -> dict[str, Any]:
    return {
        "workshops": drawn.workshops,
        "seats": {uid: list(row) for uid, row in drawn.seats.items()},
        "score": {**asdict(drawn.score), "faults": [asdict(fault) for fault in drawn.score.faults]},
        "solver": drawn.solver,
        "moved": list(drawn.moved),
    }
