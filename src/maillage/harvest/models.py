"""ARRIVES: what sources said, kept raw with its state, never edited."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.harvest.spill import Spill
from maillage.storage.fields import one_code

LEAST_HOURS, MOST_HOURS, USUAL_HOURS = 1, 24 * 366, 24 * 7
"""How often a source may be read: from each hour to each year, each week when nobody says."""


class Source(models.Model):
    """Someone we read: a source we know how to read (`connector` is its slug), or a table with its own mapping.

    `enabled`: read every `every_hours`, at `address` (at the usual address of its connector when empty). `etag`,
    `last_modified`: what it said of the last answer we finished with.
    """

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    connector = models.SlugField(max_length=80)
    mapping = models.TextField(blank=True)
    licence = models.CharField(max_length=80, blank=True)
    url = models.URLField(max_length=500, blank=True)
    rhythm = models.CharField(max_length=200, blank=True)
    enabled = models.BooleanField(default=False)
    address = models.URLField(max_length=500, blank=True)
    every_hours = models.PositiveIntegerField(default=USUAL_HOURS)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    last_tried_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="source_has_name"),
            models.CheckConstraint(
                condition=Q(every_hours__gte=LEAST_HOURS, every_hours__lte=MOST_HOURS), name="source_rhythm_possible"
            ),
            models.CheckConstraint(condition=Q(enabled=False) | ~Q(address=""), name="source_enabled_has_address"),
        ]

    def __str__(self) -> str:
        return self.name


class RunState(models.TextChoices):
    """Where a run is. A killed process leaves `running` or `read`: the next run on the same file goes on from there.

    `read`: every record is kept; `done`: what to do with each has been proposed too; `suspect`: it does not look like
    what the source usually gives, and nothing follows until a person says so.
    """

    RUNNING = "running", _("lecture en cours")
    READ = "read", _("lu")
    DONE = "done", _("terminé")
    SUSPECT = "suspect", _("à confirmer")
    FAILED = "failed", _("arrêté par une erreur")


UNFINISHED = (RunState.RUNNING, RunState.READ, RunState.SUSPECT)
"""States of a run that goes on, by itself or when a person says so."""


class HarvestRun(models.Model):
    """One reading of one file of a source. `as_of`: the day of the file, when someone knows it.

    `recipe`: digest of the way the source is read; the same bytes read another way are news. Of a file that was
    fetched: `url`, `redirects` ([status, address]), `headers`, `fetched_at`; `kept`: its bytes, under `var/recoltes`.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="runs")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="harvest_runs"
    )
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    file_size = models.PositiveBigIntegerField(default=0)
    recipe = models.CharField(max_length=64)
    as_of = models.DateField(null=True, blank=True)
    found = models.JSONField(default=list, blank=True)
    error = models.CharField(max_length=60, blank=True)
    error_facts = models.JSONField(default=dict, blank=True)
    url = models.URLField(max_length=500, blank=True)
    redirects = models.JSONField(default=list, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    kept = models.CharField(max_length=255, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    spill: Spill | None = None
    """What this process parsed while reading it; nothing of it is stored."""

    class Meta:
        constraints = [
            one_code("state", RunState.values, name="run_state_known"),
            models.UniqueConstraint(
                fields=["source", "file_sha256", "recipe"],
                condition=Q(state__in=[RunState.RUNNING, RunState.READ]),
                name="run_of_a_file_once_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["source", "state", "started_at"], name="run_of_source")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.file_name} {self.state}"


class ItemState(models.TextChoices):
    """What became of one record of a source."""

    DONE = "done", _("lue")
    SKIPPED = "skipped", _("inchangée depuis la dernière lecture")
    FAILED = "failed", _("illisible")
    GONE = "gone", _("disparue de la source")


class HarvestItem(models.Model):
    """One record as the source gave it, and what became of it.

    `position`: its rank in the file, from 1, whatever happened to it; `line`: where it starts in the file. A record
    that has gone has no bytes, only its `origin_id`.
    """

    run = models.ForeignKey(HarvestRun, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    line = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=ItemState.choices)
    raw = models.BinaryField(default=bytes)
    sha256 = models.CharField(max_length=64, blank=True)
    origin_id = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=60, blank=True)
    error_facts = models.JSONField(default=dict, blank=True)
    harvested_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="item_position_once"),
            one_code("state", ItemState.values, name="item_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ItemState.FAILED) | ~Q(error=""), name="item_failed_for_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["run", "origin_id"], name="item_of_origin")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.position} {self.state}"


class DepositState(models.TextChoices):
    """Where a file someone brought is."""

    OPEN = "open", _("à décrire")
    WAITING = "waiting", _("en attente de lecture")
    DONE = "done", _("lu")
    FAILED = "failed", _("illisible")


class Deposit(models.Model):
    """A table someone brought by a page. Its bytes are in `var/depots`, named by their digest.

    `mapping`: as last written in the page, whatever became of it, so that nothing is lost; once imported, it is the
    mapping of its `source`.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    source_name = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    mapping = models.TextField(blank=True)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="deposits")
    run = models.ForeignKey(HarvestRun, null=True, blank=True, on_delete=models.PROTECT, related_name="deposits")
    state = models.CharField(max_length=8, choices=DepositState.choices, default=DepositState.OPEN)
    error = models.CharField(max_length=60, blank=True)
    error_facts = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="deposits")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_code("state", DepositState.values, name="deposit_state_known"),
            models.CheckConstraint(
                condition=~Q(state=DepositState.DONE) | Q(run__isnull=False), name="deposit_done_has_a_run"
            ),
        ]

    def __str__(self) -> str:
        return self.name
