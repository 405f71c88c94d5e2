"""IS FOUND, AND TOLD: what happened to the sheets, who asked to be told, and the mail on its way."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.inventory.models import Programme
from maillage.storage.fields import CodesField, one_code
from maillage.work.models import LetterState, Outgoing


class WatchKind(models.TextChoices):
    """What can be news about a sheet."""

    NEW = "new", _("nouvelle")
    CHANGED = "changed", _("modifiée")
    CLOSING = "closing", _("bientôt close")
    CLOSED = "closed", _("close")
    GONE = "gone", _("disparue de sa source")
    ARCHIVED = "archived", _("retirée")
    LINKED = "linked", _("articulée")


class Shelf(models.TextChoices):
    """The lists whose sheets are followed."""

    PROGRAMME = "programme", _("programmes")
    ORGANISATION = "organisation", _("acteurs")
    NEED = "need", _("besoins")
    STUDY = "study", _("études")


FOLDERS: dict[str, str] = {
    Shelf.PROGRAMME: "programmes",
    Shelf.ORGANISATION: "acteurs",
    Shelf.NEED: "besoins",
    Shelf.STUDY: "etudes",
}
"""Where the pages of each list stand."""


class WatchItem(models.Model):
    """One piece of public news about a sheet, read from the event log or from its dates. Never changed afterwards.

    Its growing id is where the digests stand. `event`: the event it comes from, empty for a date. `details`: what
    changed, as codes, or the link. It never names a person, and never holds the words of a need.
    """

    kind = models.CharField(max_length=8, choices=WatchKind.choices)
    at = models.DateTimeField()
    day = models.DateField()
    shelf = models.CharField(max_length=12, choices=Shelf.choices)
    key = models.CharField(max_length=36)
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="news")
    event = models.PositiveBigIntegerField(null=True, blank=True)
    slug = models.CharField(max_length=200)
    title = models.CharField(max_length=300, blank=True)
    origin = models.CharField(max_length=80, blank=True)
    themes = CodesField()
    closes_on = models.DateField(null=True, blank=True)
    other_slug = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            one_code("kind", WatchKind.values, name="watch_kind_known"),
            one_code("shelf", Shelf.values, name="watch_shelf_known"),
            models.UniqueConstraint(fields=["event"], condition=~Q(event=None), name="watch_event_once"),
            models.UniqueConstraint(
                fields=["key", "kind", "closes_on"], condition=Q(event=None), name="watch_deadline_once"
            ),
        ]
        indexes = [
            models.Index(fields=["shelf", "day", "kind", "origin", "programme", "themes"], name="watch_counted"),
            models.Index(fields=["key", "kind"], name="watch_of_sheet"),
            models.Index(fields=["slug", "shelf"], name="watch_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.slug}"

    @property
    def address(self) -> str:
        """The page of the sheet."""
        return f"/{FOLDERS[self.shelf]}/{self.slug}"


class WatchState(models.Model):
    """How far the event log was read (`event`, and the numbers below it nobody had seen yet), and up to which day
    the deadlines were told. One row."""

    event = models.PositiveBigIntegerField(default=0)
    late = models.JSONField(default=list, blank=True)
    deadlines_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"read up to event {self.event}"


class Frequency(models.TextChoices):
    """How often someone wants to be told."""

    DAILY = "daily", _("chaque jour")
    WEEKLY = "weekly", _("chaque semaine")
    MONTHLY = "monthly", _("chaque mois")


class SavedSearch(models.Model):
    """A search someone asked to be told about by e-mail. The only personal data: an address, until it is taken away.

    `query`: the canonical parameters of the list (see `wanted`). `cursor`: the last WatchItem put in a message.
    `next_on`: the day of the next digest. `sender_hash`: who asked, salted for the day, erased once confirmed.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(max_length=254)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="saved_searches"
    )
    shelf = models.CharField(max_length=12, choices=Shelf.choices)
    query = models.TextField(blank=True)
    frequency = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.WEEKLY)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=12, blank=True)
    cursor = models.PositiveBigIntegerField(default=0)
    next_on = models.DateField(null=True, blank=True)
    sender_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            one_code("shelf", Shelf.values, name="saved_search_shelf_known"),
            one_code("frequency", Frequency.values, name="saved_search_frequency_known"),
            models.UniqueConstraint(fields=["email", "shelf", "query"], name="saved_search_once"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | ~Q(next_on=None), name="saved_search_confirmed_has_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["next_on", "id"], name="saved_search_due"),
            models.Index(fields=["sender_hash", "created_at"], name="saved_search_of_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.shelf}?{self.query} {self.frequency}"

    @property
    def address(self) -> str:
        """The list it watches."""
        return f"/{FOLDERS[self.shelf]}" + (f"?{self.query}" if self.query else "")


class MailKind(models.TextChoices):
    """Why we write."""

    CONFIRM = "confirm", _("demande de confirmation")
    DIGEST = "digest", _("lettre de veille")


class OutgoingMail(Outgoing):
    """One message on its way: its lines are frozen here, with the cursor of its search, before anything is sent.

    `up_to`: the last WatchItem it covers; a search gets one message per `up_to`. `items`: ids of its lines.
    """

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=8, choices=MailKind.choices)
    up_to = models.PositiveBigIntegerField(default=0)
    items = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            one_code("kind", MailKind.values, name="mail_kind_known"),
            one_code("state", LetterState.values, name="mail_state_known"),
            models.UniqueConstraint(fields=["search", "kind", "up_to"], name="mail_once"),
        ]
        indexes = [
            models.Index(fields=["state", "retry_at", "id"], name="mail_to_send"),
            models.Index(fields=["claimed_by"], name="mail_claimed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id} {self.state}"
