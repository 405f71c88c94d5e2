"""What visitors say is wrong with a sheet: kept, and decided by a person."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import Happened, record_events
from maillage.accounts.models import User, Verb
from maillage.actors.models import Organisation
from maillage.core.errors import Invalid, Refused
from maillage.curation.models import Correction, CorrectionState
from maillage.inventory.models import Programme

TEXT_LENGTH = 5000
PER_HOUR = 5
"""Corrections one sender may send in an hour."""
ALL_PER_HOUR = 200
"""Corrections everybody together may send in an hour: beyond, it is a flood, and people must read the others first."""
MOST_LINKS = 3
"""Web addresses a correction may hold: a proof or two, not a shop window."""
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
CORRECTION = "correction"
"""The `target_type` of a correction's events."""


@transaction.atomic
def propose_correction(
    *, about: Programme | Organisation, text: str, sender: str, field: str = "", email: str = ""
) -> Correction:
    """Keep what a visitor says is wrong, without an account.

    `sender`: what tells senders apart (an address of the network), kept only as a digest salted for the day.
    `field`: the field it is about, "" for the whole sheet. `email`: only when the person wants an answer.
    Raises Invalid("correction_empty", "correction_too_long", "correction_links" or "email_malformed"),
    Refused("too_many_corrections" or "corrections_flooded").
    """
    text = text.replace("\0", "").strip()
    if not text:
        raise Invalid("correction_empty")
    if len(text) > TEXT_LENGTH:
        raise Invalid("correction_too_long", length=len(text), limit=TEXT_LENGTH)
    if (count := len(_LINK.findall(text))) > MOST_LINKS:
        raise Invalid("correction_links", count=count, limit=MOST_LINKS)
    _check_email(email)
    now = timezone.now()
    check_rate(sender, now)
    correction = Correction(
        text=text, field=field[:40], email=email.strip(), sender_hash=sender_digest(sender, day=now.date())
    )
    if isinstance(about, Programme):
        correction.programme = about
    else:
        correction.organisation = about
    correction.save()
    _log(correction, Verb.SIGNALLED, by=None)
    return correction


@transaction.atomic
def decide_correction(*, correction: Correction, state: CorrectionState, by: User) -> Correction:
    """Say whether a correction is kept; its sender and e-mail address are erased from the database.

    The value returned still has the address, for the door to answer. Raises Refused("proposal_decided").
    """
    current = Correction.objects.select_for_update().values_list("state", flat=True).get(pk=correction.pk)
    if current != CorrectionState.PENDING:
        raise Refused("proposal_decided", correction=correction.pk)
    correction.state, correction.decided_by, correction.decided_at = state, by, timezone.now()
    address, correction.email, correction.sender_hash = correction.email, "", ""
    correction.save(update_fields=["state", "decided_by", "decided_at", "email", "sender_hash"])
    _log(correction, Verb.DECIDED, by=by)
    correction.email = address
    return correction


def sender_digest(sender: str, *, day: dt.date) -> str:
    """A digest that tells senders apart for one day, and names nobody: its salt changes every day."""
    salted = f"{day.isoformat()}\n{sender}"
    return hmac.new(settings.SECRET_KEY.encode(), salted.encode(), hashlib.sha256).hexdigest()


def _check_email(email: str) -> None:
    if not email.strip():
        return
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise Invalid("email_malformed", value=email.strip()[:100]) from error


def check_rate(sender: str, now: dt.datetime) -> None:
    """Refuse a sixth correction within the hour, also across midnight, when the salt changes; and a flood.

    Raises Refused("too_many_corrections" or "corrections_flooded").
    """
    since = now - dt.timedelta(hours=1)
    digests = {sender_digest(sender, day=moment.date()) for moment in (now, since)}
    sent = Correction.objects.filter(sender_hash__in=digests, created_at__gte=since).count()
    if sent >= PER_HOUR:
        raise Refused("too_many_corrections", count=sent)
    if Correction.objects.filter(created_at__gte=since).count() >= ALL_PER_HOUR:
        raise Refused("corrections_flooded")


def _log(correction: Correction, verb: Verb, *, by: User | None) -> None:
    about = correction.programme or correction.organisation
    facts = {"sheet": str(about.uid) if about else "", "field": correction.field, "state": correction.state}
    happened = Happened(verb=verb, target_type=CORRECTION, target_key=str(correction.pk), facts=facts)
    record_events(by=by, happened=[happened])
