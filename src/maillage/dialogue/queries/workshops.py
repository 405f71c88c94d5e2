"""Reads of the workshops: the clock, the tables, where someone goes now, what the groups before left."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from django.db.models import QuerySet

from maillage.accounts.models import User
from maillage.core.rotation.shapes import ABSENT
from maillage.dialogue.models import AgendaMoment, Attendance, Note, Rotation, Session, TopicChoice, Workshop
from maillage.dialogue.queries.members import Member, persons_of, takes_part
from maillage.dialogue.queries.programme import moments_of, title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Where a rotation is, by the server's clock. `round`: the running round from 0, None before the first.

    `ends_at`: when the running round should end. `left_s`: seconds before that, 0 once it is past.
    """

    round: int | None
    rounds: int
    ends_at: dt.datetime | None
    left_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Someone at a table. `name`: theirs, or their organisation's."""

    uid: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One workshop at one round, with its host and who sits there."""

    workshop: Workshop
    round: int
    host: Seat | None
    seats: tuple[Seat, ...]


def rotation_of(moment: AgendaMoment) -> Rotation | None:
    """The rotation of a moment, None when it has none."""
    return Rotation.objects.filter(moment=moment).select_related("moment__session").first()


def workshops_of(rotation: Rotation) -> list[Workshop]:
    """Its workshops in order, with their hosts."""
    return list(rotation.workshops.select_related("host__organisation").order_by("position"))


def clock_of(rotation: Rotation, *, rounds: int, now: dt.datetime) -> Clock:
    """The clock that everyone sees, computed from when the round began: no browser's clock counts."""
    if rotation.began_at is None:
        return Clock(round=None, rounds=rounds, ends_at=None, left_s=0)
    ends_at = rotation.began_at + dt.timedelta(minutes=rotation.minutes)
    left = max(0, round((ends_at - now).total_seconds()))
    return Clock(round=rotation.begun - 1, rounds=rounds, ends_at=ends_at, left_s=left)


def tables_of(rotation: Rotation) -> list[list[Table]]:
    """Round by round, the tables in the order of the workshops; [] before the plan is drawn. Three queries."""
    seats = rotation.plan.get("seats", {})
    workshops = workshops_of(rotation)
    if not seats:
        return []
    named = {seat.uid: seat for seat in seats_of(rotation.moment.session)}
    hosts = {at.position: seat_of(at.host) if at.host else None for at in workshops}
    return [
        [
            Table(
                workshop=workshop,
                round=turn,
                host=hosts[workshop.position],
                seats=tuple(
                    named[uid] for uid, row in seats.items() if row[turn] == workshop.position and uid in named
                ),
            )
            for workshop in workshops
        ]
        for turn in range(len(workshops))
    ]


def seats_of(session: Session) -> list[Seat]:
    """Who came, as the sheets name them."""
    return [seat_of(row) for row in Attendance.objects.filter(session=session).select_related("organisation")]


def seat_of(row: Attendance) -> Seat:
    """Someone, as the sheets name them; their organisation read with them."""
    return Seat(uid=str(row.uid), name=row.name or row.organisation.name, organisation=row.organisation.name)


def itinerary_of(rotation: Rotation, uid: str) -> tuple[int | None, ...]:
    """The workshop of someone at each round, None where they are not there; () for who is not in the plan."""
    row = rotation.plan.get("seats", {}).get(uid, ())
    return tuple(None if at == ABSENT else int(at) for at in row)


def ways_of(rotation: Rotation, member: Member) -> list[tuple[str, tuple[int | None, ...]]]:
    """(name, workshop at each round) of each person this member answers for, when they have seats."""
    rows = persons_of(member).select_related("organisation")
    found = [(row.name or row.organisation.name, itinerary_of(rotation, str(row.uid))) for row in rows]
    return [(name, way) for name, way in found if way]


def hosted_by(rotation: Rotation, member: Member) -> frozenset[int]:
    """The workshops that the people of this member host."""
    return frozenset(rotation.workshops.filter(host__in=persons_of(member)).values_list("position", flat=True))


def open_tables(rotation: Rotation, member: Member) -> frozenset[int]:
    """The workshops whose notes a member reads: all of them for accounts; by a link, those its people host, sat at so
    far, or sit at now."""
    if not member.is_by_link:
        return frozenset(rotation.workshops.values_list("position", flat=True))
    seen = {at for _, way in ways_of(rotation, member) for at in way[: rotation.begun] if at is not None}
    return hosted_by(rotation, member) | seen


def running_tables(rotation: Rotation, member: Member) -> frozenset[int]:
    """The workshops where the people of this member sit at the running round, or that they host."""
    if not rotation.begun:
        return frozenset()
    now = {way[rotation.begun - 1] for _, way in ways_of(rotation, member) if len(way) >= rotation.begun}
    return hosted_by(rotation, member) | {at for at in now if at is not None}


def may_read_notes(user: User, session: Session) -> bool:
    """Members' notes are for animateurs and for the organisations that came, nobody else's."""
    return takes_part(Member(session=session, user=user))


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTogether:
    """A moment whose notes are open to those who came; `rotation`: the uid of its workshops, "" when it has none.

    `chooses`: topics are proposed, or were chosen, for its workshops.
    """

    moment: str
    title: str
    rotation: str
    chooses: bool


def written_together(session: Session, user: object) -> list[WrittenTogether]:
    """The moments a person may write notes in, in order; none for who did not come."""
    if not isinstance(user, User) or not may_read_notes(user, session):
        return []
    rows = moments_of(session)
    chosen = set(TopicChoice.objects.filter(moment__in=rows).values_list("moment_id", flat=True))
    turns = {each.moment_id: str(each.uid) for each in Rotation.objects.filter(moment__in=rows)}
    return [
        WrittenTogether(
            moment=str(row.uid),
            title=title_of({"title": row.title, "kind": row.kind}),
            rotation=turns.get(row.pk, ""),
            chooses=row.pk in chosen,
        )
        for row in rows
    ]


def notes_by_moment(session: Session) -> list[tuple[str, str]]:
    """(title of the moment, what was noted), moment by moment, workshop by workshop; what nobody noted is left out."""
    rows = Note.objects.filter(moment__session=session).select_related("organisation", "workshop")
    found: dict[int, list[str]] = {}
    for note in rows.order_by("moment_id", "workshop__position", "round", "id"):
        place = f"{note.workshop.title}, ronde {(note.round or 0) + 1} : " if note.workshop else ""
        by = f" ({note.organisation.name})" if note.organisation else ""
        found.setdefault(note.moment_id, []).append(f"- {place}{note.text.strip()}{by}")
    return [
        (title_of({"title": row.title, "kind": row.kind}), "\n".join(found[row.pk]))
        for row in moments_of(session)
        if row.pk in found
    ]


def notes_of(moment: AgendaMoment, *, workshop: Workshop | None = None) -> QuerySet[Note]:
    """The notes of a moment, or those left at one of its workshops, the oldest first, with who wrote them."""
    return Note.objects.filter(moment=moment, workshop=workshop).select_related("organisation").order_by("round", "id")


def past_encounters(session: Session, people: Sequence[Attendance]) -> Counter[frozenset[str]]:
    """In how many past sessions two of these people shared a table: the same name, for the same organisation."""
    known = {(row.organisation_id, row.name): str(row.uid) for row in people}
    past = list(Rotation.objects.filter(moment__session__number__lt=session.number).select_related("moment"))
    rows = Attendance.objects.filter(session__in=[each.moment.session_id for each in past])
    persons = {str(row.uid): known.get((row.organisation_id, row.name)) for row in rows}
    met: dict[int, set[frozenset[str]]] = {}
    for each in past:
        pairs = met.setdefault(each.moment.session_id, set())
        seats = {persons.get(uid): row for uid, row in each.plan.get("seats", {}).items()}
        for (one, first), (two, second) in combinations([item for item in seats.items() if item[0]], 2):
            if any(a == b != ABSENT for a, b in zip(first, second, strict=False)):
                pairs.add(frozenset((str(one), str(two))))
    return Counter(pair for pairs in met.values() for pair in pairs)
