"""Who comes: the registration of an organisation, and who was there on the day."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.core.vocabulary import Echelon, Nature
from maillage.dialogue.models.sessions import Session, SessionMode
from maillage.storage.fields import CodesField, one_code, only_codes


class RegistrationState(models.TextChoices):
    """Where a registration stands."""

    ASKED = "asked", _("à approuver")
    CONFIRMED = "confirmed", _("confirmée")
    WAITING = "waiting", _("sur liste d’attente")
    REFUSED = "refused", _("non retenue")
    CANCELLED = "cancelled", _("annulée")


class Registration(models.Model):
    """An organisation comes to a session: its delegate, and who may come instead. One row per organisation.

    `rank`: its turn, growing with the date of the request; it decides who leaves the waiting list first.
    `is_listed`: the delegate agrees that the organisation is named on the public page. `code`: what is said at the
    door. `link_key`: in the link sent by mail; a new one makes the old void. The names and addresses of people are
    erased some time after the session (see `forget_people`).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="registrations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="registrations")
    state = models.CharField(max_length=10, choices=RegistrationState.choices)
    rank = models.PositiveIntegerField()
    mode = models.CharField(max_length=8, choices=SessionMode.choices, default=SessionMode.ON_SITE)
    delegate_name = models.CharField(max_length=120, blank=True)
    delegate_email = models.EmailField(max_length=254, blank=True)
    substitute_name = models.CharField(max_length=120, blank=True)
    substitute_email = models.EmailField(max_length=254, blank=True)
    is_listed = models.BooleanField(default=False)
    code = models.CharField(max_length=8, blank=True)
    link_key = models.CharField(max_length=32, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="registrations"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["session", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["session", "organisation"], name="registration_once"),
            models.UniqueConstraint(fields=["session", "rank"], name="registration_rank_once"),
            models.UniqueConstraint(fields=["session", "code"], condition=~Q(code=""), name="registration_code_once"),
            one_code("state", RegistrationState.values, name="registration_state_known"),
            one_code("mode", [SessionMode.ON_SITE, SessionMode.REMOTE], name="registration_mode_known"),
        ]
        indexes = [models.Index(fields=["session", "state", "rank"], name="registration_turn")]

    def __str__(self) -> str:
        return f"{self.organisation_id} at {self.session_id} {self.state}"


class AttendanceSeat(models.TextChoices):
    """In what capacity a person of an organisation was there."""

    DELEGATE = "delegate", _("délégué")
    SUBSTITUTE = "substitute", _("suppléant")
    GUEST = "guest", _("accompagnant")


class Attendance(models.Model):
    """One person was there for an organisation. An organisation may have several.

    `name`: what is written on the sheet of the workshops, "" for the organisation's own name; erased with the names
    of the registration. `natures` and `echelon`: those of the organisation that day, for the figures.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="attendances")
    registration = models.ForeignKey(
        Registration, null=True, blank=True, on_delete=models.SET_NULL, related_name="attendances"
    )
    seat = models.CharField(max_length=10, choices=AttendanceSeat.choices, default=AttendanceSeat.DELEGATE)
    name = models.CharField(max_length=120, blank=True)
    mode = models.CharField(max_length=8, choices=SessionMode.choices, default=SessionMode.ON_SITE)
    natures = CodesField()
    echelon = models.CharField(max_length=12, choices=Echelon.choices())
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["session", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "organisation", "seat", "name"], name="attendance_once"),
            one_code("seat", AttendanceSeat.values, name="attendance_seat_known"),
            one_code("mode", [SessionMode.ON_SITE, SessionMode.REMOTE], name="attendance_mode_known"),
            one_code("echelon", Echelon.codes(), name="attendance_echelon_known"),
            only_codes("natures", Nature.codes(), name="attendance_natures_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.seat} at {self.session_id}"
