"""Who is invited, which date suits whom, and the letters on their way."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.dialogue.models.registrations import Registration
from maillage.dialogue.models.sessions import Session
from maillage.storage.fields import one_code
from maillage.work.models import Letter, LetterState


class Invitation(models.Model):
    """An organisation is asked to a session, at one address. `key`: in its link; a new one makes the old link void."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(max_length=254)
    key = models.CharField(max_length=32)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "organisation", "email"], name="invitation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} asked to {self.session_id}"


class DateOption(models.Model):
    """A moment at which a session could be held."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="date_options")
    starts_at = models.DateTimeField()

    class Meta:
        ordering = ["session", "starts_at"]
        constraints = [models.UniqueConstraint(fields=["session", "starts_at"], name="date_option_once")]

    def __str__(self) -> str:
        return f"{self.session_id} on {self.starts_at:%Y-%m-%d}"


class Availability(models.TextChoices):
    """Whether a date suits an organisation."""

    YES = "yes", _("oui")
    MAYBE = "maybe", _("peut-être")
    NO = "no", _("non")


class DateAnswer(models.Model):
    """What an organisation says of a date."""

    option = models.ForeignKey(DateOption, on_delete=models.CASCADE, related_name="answers")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="date_answers")
    value = models.CharField(max_length=6, choices=Availability.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["option", "organisation"], name="date_answer_once"),
            one_code("value", Availability.values, name="date_answer_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.value}"


class LetterKind(models.TextChoices):
    """Why we write."""

    INVITED = "invited", _("invitation")
    ASKED = "asked", _("demande reçue")
    CONFIRMED = "confirmed", _("inscription confirmée")
    WAITING = "waiting", _("liste d’attente")
    PROMOTED = "promoted", _("une place s’est libérée")
    REFUSED = "refused", _("inscription non retenue")
    WITHDRAWN = "withdrawn", _("inscription annulée")
    HANDED = "handed", _("délégué remplacé")
    CHANGED = "changed", _("session modifiée")
    CANCELLED = "cancelled", _("session annulée")
    SOON = "soon", _("rappel avant la session")
    AFTER = "after", _("après la session")
    DUE = "due", _("suite à tenir")
    SURVEY = "survey", _("votre avis")


class SessionLetter(Letter):
    """One letter about a session, its words and its calendar entry frozen before anything is sent.

    `once`: what makes it unique: the same reason never writes twice to the same person. `method`: of the calendar
    entry, PUBLISH or CANCEL.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="letters")
    registration = models.ForeignKey(
        Registration, null=True, blank=True, on_delete=models.CASCADE, related_name="letters"
    )
    kind = models.CharField(max_length=10, choices=LetterKind.choices)
    email = models.EmailField(max_length=254)
    calendar = models.TextField(blank=True)
    method = models.CharField(max_length=8, blank=True)
    once = models.CharField(max_length=160, unique=True)

    class Meta:
        constraints = [
            one_code("kind", LetterKind.values, name="session_letter_kind_known"),
            one_code("state", LetterState.values, name="session_letter_state_known"),
        ]
        indexes = [models.Index(fields=["state", "retry_at", "id"], name="session_letter_to_send")]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id} {self.state}"
