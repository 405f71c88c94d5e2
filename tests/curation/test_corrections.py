"""« Proposer une correction », without an account."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from maillage.accounts.models import Event, User
from maillage.core.errors import Invalid, Refused
from maillage.curation.actions import corrections, decide_correction, propose_correction
from maillage.curation.actions.corrections import sender_digest
from maillage.curation.models import Correction, CorrectionState
from maillage.curation.queries import pending_corrections
from maillage.inventory.actions import put_programmes
from maillage.inventory.models import Programme
from tests.factories.imports import ready
from tests.factories.records import a_programme

pytestmark = pytest.mark.django_db
SENDER = "203.0.113.7"


@pytest.fixture
def programme() -> Programme:
    ready()
    put_programmes([a_programme(zones=("DEP-62",))], by=None)
    return Programme.objects.get()


@pytest.fixture
def person() -> User:
    return User.objects.create_user("relectrice@exemple.test", role="animator")


def test_a_correction_is_kept_for_a_person_to_read(programme):
    propose_correction(about=programme, text=" Le lien ne répond plus. ", field="contact_url", sender=SENDER)

    kept = pending_corrections().get()
    assert (kept.text, kept.field, kept.programme, kept.email) == (
        "Le lien ne répond plus.",
        "contact_url",
        programme,
        "",
    )
    assert list(Event.objects.filter(target_type="correction").values_list("verb", flat=True)) == ["signalled"]


def test_nothing_kept_names_its_sender(programme):
    propose_correction(about=programme, text="Texte.", sender=SENDER)

    kept = Correction.objects.get()
    assert SENDER not in str(vars(kept)) + str(list(Event.objects.values_list("facts", flat=True)))
    assert kept.sender_hash != sender_digest(SENDER, day=timezone.now().date() + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"text": "  "}, "correction_empty"),
        ({"text": "x" * 5001}, "correction_too_long"),
        ({"text": "Oui.", "email": "pas une adresse"}, "email_malformed"),
        ({"text": "https://a.test https://b.test www.c.test http://d.test"}, "correction_links"),
    ],
)
def test_what_cannot_be_kept_says_why(programme, said, code):
    with pytest.raises(Invalid) as caught:
        propose_correction(about=programme, sender=SENDER, **said)

    assert caught.value.code == code
    assert not Correction.objects.exists()


def test_a_sixth_correction_within_the_hour_is_refused(programme):
    for _ in range(5):
        propose_correction(about=programme, text="Texte.", sender=SENDER)

    with pytest.raises(Refused) as caught:
        propose_correction(about=programme, text="Texte.", sender=SENDER)
    assert caught.value.code == "too_many_corrections"

    propose_correction(about=programme, text="Texte.", sender="198.51.100.9")
    Correction.objects.update(created_at=timezone.now() - dt.timedelta(minutes=61))
    propose_correction(about=programme, text="Texte.", sender=SENDER)


def test_the_hour_is_counted_across_midnight_when_the_salt_changes(programme):
    midnight = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    for _ in range(5):
        propose_correction(about=programme, text="Texte.", sender=SENDER)
    before = midnight - dt.timedelta(minutes=10)
    Correction.objects.update(created_at=before, sender_hash=sender_digest(SENDER, day=before.date()))

    with pytest.raises(Refused):
        corrections.check_rate(SENDER, midnight + dt.timedelta(minutes=10))
    corrections.check_rate(SENDER, midnight + dt.timedelta(minutes=55))


def test_deciding_erases_the_address_and_the_digest(programme, person):
    kept = propose_correction(about=programme, text="Texte.", email="moi@exemple.test", sender=SENDER)

    decided = decide_correction(correction=kept, state=CorrectionState.ACCEPTED, by=person)

    row = Correction.objects.get()
    assert decided.email == "moi@exemple.test"
    assert (row.email, row.sender_hash, row.state, row.decided_by) == ("", "", "accepted", person)
    with pytest.raises(Refused):
        decide_correction(correction=row, state=CorrectionState.REFUSED, by=person)


def test_a_flood_from_many_senders_waits(programme, monkeypatch):
    monkeypatch.setattr(corrections, "ALL_PER_HOUR", 3)
    for number in range(3):
        propose_correction(about=programme, text="Texte.", sender=f"198.51.100.{number}")

    with pytest.raises(Refused) as caught:
        propose_correction(about=programme, text="Texte.", sender=SENDER)

    assert caught.value.code == "corrections_flooded"
    Correction.objects.update(created_at=timezone.now() - dt.timedelta(minutes=61))
    propose_correction(about=programme, text="Texte.", sender=SENDER)
