"""When a sheet grows old, what is told then, and to whom. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils import timezone

from maillage.accounts.models import Event, Role, User, Verb
from maillage.actors.queries import keepers_of
from maillage.core.errors import Invalid
from maillage.core.weighing import weight
from maillage.inventory.models import OrganisationRole, Programme, ProgrammeOrganisation
from maillage.inventory.queries import PROGRAMME, published_programmes

SALT = "maillage.curation.still-right"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the link of a reminder asks: whether this sheet (by uid), last confirmed on `since`, is still right."""

    programme: str
    user: int
    since: dt.date


def steps() -> tuple[int, ...]:
    """Days after a sheet grew old at which its keepers are reminded."""
    return (
        int(weight("freshness", "first_step_days")),
        int(weight("freshness", "second_step_days")),
        int(weight("freshness", "third_step_days")),
    )


def last_word(row: Programme) -> dt.date:
    """The last day anyone spoke for this sheet: a person, its source, or its arrival here."""
    arrived = timezone.localtime(row.created_at).date()
    return max(day for day in (arrived, row.verified_on, row.source_updated_on) if day)


def grown_old(*, today: dt.date, days: int = 0) -> QuerySet[Programme]:
    """Published sheets nobody spoke for since they grew old, `days` ago or more; those closed for good left out."""
    limit = today - dt.timedelta(days=int(weight("quality", "fresh_days")) + days)
    arrived = timezone.make_aware(dt.datetime.combine(limit, dt.time.max))
    silent = published_programmes().filter(
        Q(verified_on=None) | Q(verified_on__lte=limit),
        Q(source_updated_on=None) | Q(source_updated_on__lte=limit),
        created_at__lte=arrived,
    )
    return silent.exclude(closes_on__lt=today).order_by("id")


def unconfirmed_since(row: Programme, *, today: dt.date) -> dt.date | None:
    """The day to show on a sheet that nobody confirmed for too long, None while there is nothing to show."""
    since = last_word(row)
    shown_from = since + dt.timedelta(days=int(weight("quality", "fresh_days") + weight("freshness", "doubted_days")))
    closed = row.closes_on is not None and row.closes_on < today
    return since if today >= shown_from and not closed else None


def keepers(rows: Sequence[Programme]) -> dict[int, list[User]]:
    """Who is reminded of each of these sheets (by key).

    The contributors of the organisations that carry it; else the person who wrote it; else the animateurs.
    """
    parts = ProgrammeOrganisation.objects.filter(programme__in=rows, role=OrganisationRole.OPERATOR)
    carried: dict[int, list[int]] = {}
    for key, organisation in parts.values_list("programme_id", "organisation_id"):
        carried.setdefault(key, []).append(organisation)
    members = keepers_of({key for keys in carried.values() for key in keys})
    authors = _authors(rows)
    animators = list(User.objects.filter(role=Role.ANIMATOR, is_active=True).order_by("id"))
    found = {}
    for row in rows:
        mine = {user.pk: user for key in carried.get(row.pk, ()) for user in members.get(key, ())}
        found[row.pk] = list(mine.values()) or authors.get(str(row.uid), []) or animators
    return found


def _authors(rows: Iterable[Programme]) -> dict[str, list[User]]:
    keys = [str(row.uid) for row in rows]
    made = Event.objects.filter(target_type=PROGRAMME, target_key__in=keys, verb=Verb.CREATED, by__is_active=True)
    found: dict[str, list[User]] = {}
    for event in made.select_related("by").defer("snapshot").order_by("-id"):
        if event.by and event.by.is_contributor:
            found[event.target_key] = [event.by]
    return found


def kept_by(user: User) -> QuerySet[Programme]:
    """The published sheets a person keeps: those of their organisations, and those they wrote."""
    mine = Event.objects.filter(by=user, target_type=PROGRAMME, verb=Verb.CREATED).values_list("target_key", flat=True)
    ours = ProgrammeOrganisation.objects.filter(
        role=OrganisationRole.OPERATOR,
        organisation__memberships__user=user,
        organisation__memberships__state="confirmed",
    )
    wanted = Q(uid__in=list(mine)) | Q(pk__in=ours.values("programme_id"))
    return published_programmes().filter(wanted).order_by("title", "id")


def link_token(asked: Asked) -> str:
    """What the address of a reminder carries: signed, so that nobody makes one; it expires by itself."""
    return signing.dumps([asked.programme, asked.user, asked.since.isoformat()], salt=SALT, compress=True)


def read_token(token: str) -> Asked:
    """What a reminder asked. Raises Invalid("link_expired" or "link_unreadable")."""
    age = dt.timedelta(days=weight("freshness", "link_days"))
    try:
        uid, user, since = signing.loads(token, salt=SALT, max_age=age)
        return Asked(programme=str(uid), user=int(user), since=dt.date.fromisoformat(since))
    except signing.SignatureExpired as error:
        raise Invalid("link_expired") from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Invalid("link_unreadable") from error
