"""STAYS CLEAN: what a source would change, waiting for someone to say yes; what visitors say is wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Organisation
from maillage.core.records import ProgrammeRecord
from maillage.harvest.models import HarvestItem, HarvestRun, Source
from maillage.inventory.models import Programme
from maillage.storage.fields import one_code
from maillage.territories.models import Territory


class ProposalKind(models.TextChoices):
    """What a record read from a source means for the inventory."""

    NEW = "new", _("nouvelle")
    UPDATE = "update", _("modifiée")
    SAME = "same", _("inchangée")
    DOUBTFUL = "doubtful", _("douteuse")
    REFUSED = "refused", _("refusée")
    GONE = "gone", _("disparue de la source")


class ProposalState(models.TextChoices):
    """What was decided. `replaced`: a later reading of the source said something else before anyone decided."""

    PENDING = "pending", _("à trancher")
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("écartée")
    REPLACED = "replaced", _("remplacée")


class ProposalAbout(models.TextChoices):
    """What a proposal would make or change."""

    PROGRAMME = "programme", _("programme")
    ORGANISATION = "organisation", _("acteur")
    ZONE = "zone", _("zone")


class Proposal(models.Model):
    """One sheet as a source tells it, compared with ours: a programme, a local body, or the zone of a programme.

    `record`: the whole sheet (core.records), names resolved. `covers`: the fields the source speaks of.
    `differences`: `[{field, before, after, applied}]`. `reasons`: `[[code, facts]]` of core.wording. `remarks`: what
    was changed in the sheet while reading it, each with its line, column, value and what was expected. `closes_on`: the
    day the offer closes as the source says, so that what is over is told apart in the queue. `item`: none for a local
    variant that its national sheet would change, for a zone, which many records tell, and for a body that a list
    read for the first time does not name.
    """

    run = models.ForeignKey(HarvestRun, on_delete=models.PROTECT, related_name="proposals")
    item = models.OneToOneField(HarvestItem, null=True, blank=True, on_delete=models.PROTECT, related_name="proposal")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="proposals")
    origin_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=ProposalKind.choices)
    about = models.CharField(max_length=12, choices=ProposalAbout.choices, default=ProposalAbout.PROGRAMME)
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    zone = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals")
    title = models.CharField(max_length=300, blank=True)
    record = models.JSONField(default=dict, blank=True)
    covers = models.JSONField(default=list, blank=True)
    differences = models.JSONField(default=list, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    remarks = models.JSONField(default=list, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=ProposalState.choices, default=ProposalState.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="decided_proposals"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    heard: ProgrammeRecord | None = None
    """The sheet of `record` while the process that read it holds it; nothing of it is stored."""

    class Meta:
        constraints = [
            one_code("kind", ProposalKind.values, name="proposal_kind_known"),
            one_code("about", ProposalAbout.values, name="proposal_about_known"),
            models.CheckConstraint(
                condition=Q(about=ProposalAbout.PROGRAMME, organisation=None, zone=None)
                | Q(about=ProposalAbout.ORGANISATION, programme=None, zone=None)
                | Q(about=ProposalAbout.ZONE, programme=None, organisation=None),
                name="proposal_of_one_sheet",
            ),
            one_code("state", ProposalState.values, name="proposal_state_known"),
            models.CheckConstraint(
                condition=Q(state=ProposalState.PENDING, decided_at=None)
                | (~Q(state=ProposalState.PENDING) & Q(decided_at__isnull=False)),
                name="proposal_decided_on_a_day",
            ),
            models.UniqueConstraint(
                fields=["source", "origin_id"],
                condition=Q(state=ProposalState.PENDING),
                name="proposal_pending_once",
            ),
        ]
        indexes = [
            models.Index(fields=["source", "origin_id", "state"], name="proposal_of_origin"),
            models.Index(fields=["run", "state", "kind"], name="proposal_to_decide"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"

    @property
    def sheet(self) -> Programme | Organisation | Territory | None:
        """What of ours it is about, None when we have none yet."""
        return self.programme or self.organisation or self.zone


class CorrectionState(models.TextChoices):
    """What became of a correction."""

    PENDING = "pending", _("à lire")
    ACCEPTED = "accepted", _("retenue")
    REFUSED = "refused", _("écartée")


class Correction(models.Model):
    """What a visitor says is wrong with a sheet, without an account.

    `field`: the field it is about, empty for the whole sheet. `email`: only when the person wants an answer, erased
    once decided. `sender_hash`: tells senders apart for a day, names nobody.
    """

    programme = models.ForeignKey(
        Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="corrections"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="corrections"
    )
    field = models.CharField(max_length=40, blank=True)
    text = models.TextField(max_length=5000)
    email = models.EmailField(blank=True)
    sender_hash = models.CharField(max_length=64, blank=True, db_index=True)
    state = models.CharField(max_length=8, choices=CorrectionState.choices, default=CorrectionState.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="decided_corrections"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_code("state", CorrectionState.values, name="correction_state_known"),
            models.CheckConstraint(condition=~Q(text=""), name="correction_has_text"),
            models.CheckConstraint(
                condition=Q(programme__isnull=False, organisation=None) | Q(programme=None, organisation__isnull=False),
                name="correction_of_one_sheet",
            ),
            models.CheckConstraint(
                condition=Q(state=CorrectionState.PENDING, decided_at=None)
                | (~Q(state=CorrectionState.PENDING) & Q(decided_at__isnull=False)),
                name="correction_decided_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="correction_to_read")]

    def __str__(self) -> str:
        return self.text[:80]


class SheetKind(models.TextChoices):
    """What may have a twin."""

    PROGRAMME = "programme", _("programme")
    ORGANISATION = "organisation", _("acteur")


class PairVerdict(models.TextChoices):
    """What two sheets are to one another."""

    SAME = "same", _("même fiche")
    DOUBTFUL = "doubtful", _("doute")
    DIFFERENT = "different", _("deux fiches")


class DuplicateVerdict(models.Model):
    """Two sheets that look alike: what the comparison says, with its reasons, and what a person said, for ever.

    `left` and `right`: the uids, in alphabetical order. `reasons`: the rows of the table a person reads. `human`: empty
    until someone says. `later_at`: when someone put it off; it goes to the end of the queue.
    """

    kind = models.CharField(max_length=12, choices=SheetKind.choices)
    left = models.CharField(max_length=36)
    right = models.CharField(max_length=36)
    verdict = models.CharField(max_length=10, choices=PairVerdict.choices)
    weight = models.FloatField(default=0)
    reasons = models.JSONField(default=list, blank=True)
    human = models.CharField(max_length=10, choices=PairVerdict.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="duplicate_verdicts"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    later_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "left", "right"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="duplicate_pair_in_order"),
            one_code("kind", SheetKind.values, name="duplicate_kind_known"),
            one_code("verdict", PairVerdict.values, name="duplicate_verdict_known"),
            one_code("human", ("", PairVerdict.SAME, PairVerdict.DIFFERENT), name="duplicate_human_verdict_known"),
            models.CheckConstraint(
                condition=Q(human="", decided_at=None) | (~Q(human="") & Q(decided_at__isnull=False)),
                name="duplicate_decided_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["kind", "human", "verdict"], name="duplicate_to_decide")]

    def __str__(self) -> str:
        return f"{self.left} {self.human or self.verdict} {self.right}"


class Merge(models.Model):
    """Two sheets made one: `absorbed` sleeps in `kept` (uids), and can be woken exactly as it was.

    `before` and `after`: the kept sheet, whole, on each side of the merge. `carried`: what hung on the absorbed one.
    """

    kind = models.CharField(max_length=12, choices=SheetKind.choices)
    kept = models.CharField(max_length=36, db_index=True)
    absorbed = models.CharField(max_length=36)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    carried = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="merges"
    )
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_merges"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_code("kind", SheetKind.values, name="merge_kind_known"),
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="merge_of_two_sheets"),
            models.UniqueConstraint(
                fields=["kind", "absorbed"], condition=Q(undone_at=None), name="merge_absorbed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed} in {self.kept}"


class FieldOrigin(models.Model):
    """What one source says of one field of a sheet that several sources tell; the sheet shows one of these values.

    `key`: the uid of the sheet. `origin` and `origin_id`: the source and its identifier there, both empty for a sheet
    born here. `merge`: the one that brought this origin, none for the sheet's own.
    """

    kind = models.CharField(max_length=12, choices=SheetKind.choices)
    key = models.CharField(max_length=36)
    field = models.CharField(max_length=40)
    origin = models.CharField(max_length=80, blank=True)
    origin_id = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=300, blank=True)
    value = models.JSONField(null=True)
    merge = models.ForeignKey(Merge, null=True, blank=True, on_delete=models.CASCADE, related_name="origins")
    said_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "field", "origin", "origin_id"], name="field_origin_once"),
            one_code("kind", SheetKind.values, name="field_origin_kind_known"),
        ]
        indexes = [models.Index(fields=["kind", "origin", "origin_id"], name="field_origin_of_source")]

    def __str__(self) -> str:
        return f"{self.key} {self.field} {self.origin}"


class Reminder(models.Model):
    """One step of the ladder for one sheet and one person: the row is what makes a step be told once.

    `since`: the day the sheet was last confirmed; a confirmation opens another ladder. `claimed_at`: a process is
    sending it; a claim older than ten minutes is a process that died. `sent_at`: the mail server took the letter.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders")
    since = models.DateField()
    step = models.PositiveSmallIntegerField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "user", "since", "step"], name="reminder_once"),
            models.CheckConstraint(condition=Q(step__gte=1), name="reminder_step_from_one"),
        ]
        indexes = [models.Index(fields=["sent_at", "user"], name="reminder_to_send")]

    def __str__(self) -> str:
        return f"{self.programme_id} step {self.step} to {self.user_id}"


class MoveState(models.TextChoices):
    """What became of the new address a site gives for a page."""

    NONE = "", _("aucune")
    PENDING = "pending", _("à trancher")
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("écartée")


class CheckedAddress(models.Model):
    """An address that published sheets give, and how it answered.

    `failures`: days in a row on which it failed, one per day at most; `failed_on`: the last of them. `why`: a code of
    core.wording.REASONS. `moved_to`: where the site says, for good, that the page is now.
    """

    url = models.URLField(max_length=500, unique=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    redirects = models.JSONField(default=list, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    ok_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    failed_on = models.DateField(null=True, blank=True)
    why = models.CharField(max_length=60, blank=True)
    moved_to = models.URLField(max_length=500, blank=True)
    move = models.CharField(max_length=8, choices=MoveState.choices, blank=True, default=MoveState.NONE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_code("move", MoveState.values, name="checked_address_move_known"),
            models.CheckConstraint(
                condition=Q(failures=0) | Q(failed_on__isnull=False), name="checked_address_failed_on_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(move=MoveState.PENDING) | ~Q(moved_to=""), name="checked_address_moved_somewhere"
            ),
        ]
        indexes = [models.Index(fields=["checked_at", "id"], name="checked_address_due")]

    def __str__(self) -> str:
        return self.url
