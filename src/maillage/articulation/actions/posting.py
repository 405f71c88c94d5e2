"""The letters that ask the other side of a link: their words frozen here, once per link, side and person; then sent."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage, make_msgid
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, override

from maillage.accounts.models import User
from maillage.actors.queries import keepers_of
from maillage.articulation.letters import Asked, link_token
from maillage.articulation.models import LinkLetter, ProposedLink, Side
from maillage.articulation.queries import carriers
from maillage.core.vocabulary import LinkKind
from maillage.inventory.models import Articulation
from maillage.storage.rows import insert_rows
from maillage.work.sending import LettersSent, message_of, send_waiting


def write_to_other_sides(link: ProposedLink, *, by: User) -> int:
    """One letter to each person who may speak for a side that has said nothing of an open link, `by` left out.

    A person is written to once per link and side, whatever happens. Returns how many letters were written.
    """
    said = set(link.confirmations.values_list("side", flat=True))
    ends = {Side.ORIGIN: link.origin, Side.TARGET: link.target}
    carried = carriers(end.pk for end in ends.values())
    words = {
        "origin": link.origin.title,
        "target": link.target.title,
        "verb": LinkKind(link.kind).label,
        "statement": link.statement,
        "may_refuse": not Articulation.objects.filter(uid=link.uid).exists(),
    }
    silent = {side: carried.get(end.pk, ()) for side, end in ends.items() if side.value not in said}
    return sum(_write(link.uid, side, keys, words, by=by) for side, keys in silent.items())


def write_to_other_body(link: Articulation, *, side: Side, by: User) -> int:
    """The same for a link between two organisations: to the members of the one of this side."""
    ends = (link.from_organisation, link.to_organisation)
    words = {
        "origin": ends[0].name if ends[0] else "",
        "target": ends[1].name if ends[1] else "",
        "verb": LinkKind(link.kind).label,
        "statement": link.statement,
        "may_refuse": False,
    }
    end = ends[0] if side == Side.ORIGIN else ends[1]
    return _write(link.uid, side, [end.pk] if end else [], words, by=by)


def send_link_letters() -> LettersSent:
    """Send what waits; several runs at once share the work. Never raises for the server's sake."""
    return send_waiting(LinkLetter, _message)


def _write(uid: uuid.UUID, side: Side, organisations: Iterable[int], words: dict[str, object], *, by: User) -> int:
    people = {user.pk: user for users in keepers_of(organisations).values() for user in users}
    people.pop(by.pk, None)
    onces = {_once(uid, side, user): user for user in people.values()}
    known = set(LinkLetter.objects.filter(once__in=list(onces)).values_list("once", flat=True))
    fresh = [_letter(uid, side, user, words, once=once) for once, user in onces.items() if once not in known]
    insert_rows(fresh, ignore_conflicts=True)
    return len(fresh)


def _once(uid: uuid.UUID, side: Side, user: User) -> str:
    return hashlib.sha256(f"{uid} {side.value} {user.pk}".encode()).hexdigest()


def _letter(uid: uuid.UUID, side: Side, user: User, words: dict[str, object], *, once: str) -> LinkLetter:
    now = timezone.now()
    token = link_token(Asked(link=str(uid), side=side.value, user=user.pk))
    address = f"{settings.SITE_URL}/articulations/repondre/{token}"
    with override("fr"):
        whole = {**words, "link": address, "sheet": f"{settings.SITE_URL}/articulations/{uid}"}
        body = render_to_string("mail/link.txt", whole).strip() + "\n"
        subject = f"[Maillage] {gettext('Un lien à confirmer')}"
    return LinkLetter(
        uid=uid,
        side=side.value,
        user=user,
        subject=subject,
        body=body,
        once=once,
        message_id=make_msgid(domain="maillage"),
        retry_at=now,
        created_at=now,
    )


def _message(letter: LinkLetter, connection: BaseEmailBackend) -> EmailMessage:
    return message_of(letter, to=letter.user.email, connection=connection)
