"""WHAT: needs, needs studies, programmes and the articulations people state. The common good."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maillage.actors.models import Competence, Network, Organisation
from maillage.core.vocabulary import (
    AidType,
    Audience,
    Echelon,
    GapKind,
    LinkKind,
    Nature,
    Price,
    Recurrence,
    Restriction,
    Stage,
    Status,
)
from maillage.inventory.models.goals import LocalTarget, SdgTag, TagState
from maillage.inventory.models.grants import Grant
from maillage.inventory.models.studies import StudyDocument
from maillage.inventory.models.unmet import UnmetKind, UnmetNeed
from maillage.storage.fields import CodesField, one_code, only_codes
from maillage.territories.models import Territory

__all__ = [
    "Articulation",
    "Category",
    "Grant",
    "LinkLevel",
    "LocalTarget",
    "Need",
    "NeedOrigin",
    "NeedStudy",
    "OrganisationRole",
    "Programme",
    "ProgrammeOrganisation",
    "ProgrammeZone",
    "SdgTag",
    "StudyDocument",
    "TagState",
    "Theme",
    "UnmetKind",
    "UnmetNeed",
]

SDG_CODES = tuple(str(goal) for goal in range(1, 18))


class Theme(models.Model):
    """One of the 9 themes of Aides-territoires."""

    label = models.CharField(max_length=120, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class Category(models.Model):
    """One of the 87 categories, within its theme."""

    code = models.SlugField(max_length=80, unique=True)
    label = models.CharField(max_length=120)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="categories")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class Programme(models.Model):
    """What an organisation offers: engineering, money, or both. Fields of the national schema v0.2.0, and ours."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=200, unique=True)
    title = models.CharField(max_length=300)
    promise = models.CharField(max_length=180, blank=True)
    description = models.TextField(blank=True, max_length=5000)
    eligibility = models.TextField(blank=True)
    programmes = models.JSONField(default=list, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    variant_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="variants")
    delivered_by = models.ForeignKey(
        Network, null=True, blank=True, on_delete=models.PROTECT, related_name="programmes"
    )
    organisations = models.ManyToManyField(Organisation, through="ProgrammeOrganisation", related_name="programmes")
    natures = CodesField()
    echelon = models.CharField(max_length=12, choices=Echelon.choices())
    stages = CodesField()
    aid_types = CodesField()
    audiences = CodesField()
    categories = models.ManyToManyField(Category, blank=True, related_name="programmes")
    generalist = models.BooleanField(default=False)
    territories = models.ManyToManyField(Territory, through="ProgrammeZone", related_name="programmes")
    price = models.CharField(max_length=12, choices=Price.choices(), default=Price.UNKNOWN.value)
    price_note = models.CharField(max_length=300, blank=True)
    conditions = models.JSONField(default=list, blank=True)
    restricted_to = models.CharField(max_length=8, choices=Restriction.choices(), blank=True)
    how_to = models.TextField(blank=True)
    contact_desk = models.CharField(max_length=300, blank=True)
    contact_url = models.URLField(max_length=500, blank=True)
    recurrence = models.CharField(max_length=10, choices=Recurrence.choices(), default=Recurrence.ONGOING.value)
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    cumul = models.CharField(max_length=500, blank=True)
    cumul_reference = models.CharField(max_length=500, blank=True)
    competences = models.ManyToManyField(Competence, blank=True, related_name="programmes")
    sdgs = CodesField()
    keywords = models.JSONField(default=list, blank=True)
    legal_bases = models.JSONField(default=list, blank=True)
    professional = models.JSONField(default=dict, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    source_name = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    origin = models.SlugField(max_length=80, blank=True)
    origin_id = models.CharField(max_length=200, blank=True)
    source_updated_on = models.DateField(null=True, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices(), default=Status.DRAFT.value)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            one_code("echelon", Echelon.codes(), name="programme_echelon_known"),
            one_code("price", Price.codes(), name="programme_price_known"),
            one_code("recurrence", Recurrence.codes(), name="programme_recurrence_known"),
            one_code("status", Status.codes(), name="programme_status_known"),
            one_code("restricted_to", ("", *Restriction.codes()), name="programme_restriction_known"),
            only_codes("natures", Nature.codes(), name="programme_natures_known"),
            only_codes("stages", Stage.codes(), name="programme_stages_known"),
            only_codes("aid_types", AidType.codes(), name="programme_aid_types_known"),
            only_codes("audiences", Audience.codes(), name="programme_audiences_known"),
            only_codes("sdgs", SDG_CODES, name="programme_sdgs_known"),
            models.CheckConstraint(condition=~Q(title=""), name="programme_has_title"),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED.value, merged_into__isnull=False)
                | (~Q(status=Status.MERGED.value) & Q(merged_into=None)),
                name="programme_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(opens_on__lte=F("closes_on")),
                name="programme_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED.value) | ~Q(source_url="") | ~Q(source_name=""),
                name="programme_published_with_a_source",
            ),
            models.CheckConstraint(
                condition=Q(variant_of=None) | ~Q(variant_of=F("id")), name="programme_no_self_variant"
            ),
            models.UniqueConstraint(
                fields=["origin", "origin_id"], condition=~Q(origin_id=""), name="programme_origin_once"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "closes_on"], name="programme_open"),
            models.Index(fields=["status", "verified_on", "updated_at", "id"], name="programme_to_verify"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The stable public address of the sheet."""
        return f"/programmes/{self.slug}"


class OrganisationRole(models.TextChoices):
    """What an organisation does in a programme."""

    OPERATOR = "operator", _("porteur")
    FUNDER = "funder", _("financeur")
    RELAY = "relay", _("relais")


class ProgrammeOrganisation(models.Model):
    """An organisation's part in a programme."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="parts")
    role = models.CharField(max_length=10, choices=OrganisationRole.choices, default=OrganisationRole.OPERATOR)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation", "role"], name="programme_organisation_once"),
            one_code("role", OrganisationRole.values, name="programme_organisation_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role} of {self.programme_id}"


class ProgrammeZone(models.Model):
    """A territory where the programme applies, or one it leaves out."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="zones")
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="programme_zones", db_index=False
    )  # the index below begins with it
    excluded = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "territory"], name="programme_zone_once")]
        indexes = [models.Index(fields=["territory", "excluded", "programme"], name="programme_zone_usable")]

    def __str__(self) -> str:
        return f"{self.programme_id} {'not ' if self.excluded else ''}in {self.territory_id}"


class NeedStudy(models.Model):
    """A study of needs: who published it, how it was made, where, and the needs coded from it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=200, unique=True)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=300)
    published_on = models.DateField(null=True, blank=True)
    method = models.TextField(blank=True)
    sample_size = models.PositiveIntegerField(null=True, blank=True)
    territory = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="studies")
    url = models.URLField(max_length=500, blank=True)
    summary = models.TextField(blank=True)
    source_name = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices(), default=Status.DRAFT.value)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [one_code("status", Status.codes(), name="study_status_known")]

    def __str__(self) -> str:
        return self.title


class NeedOrigin(models.TextChoices):
    """How we came to know a need."""

    GAP = "gap", _("manque signalé dans une réponse")
    SEARCH = "search", _("recherche sans résultat")
    STUDY = "study", _("étude de besoins")
    DIRECT = "direct", _("exprimé directement")


class Need(models.Model):
    """A need someone expressed, somewhere, on something, from a source. No name, no address of a person.

    `suggested`: what its words suggest and nobody decided yet, `{field: {codes, words}}`; emptied by the decision.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(max_length=5000)
    territory = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="needs")
    stage = models.CharField(max_length=12, choices=Stage.choices(), blank=True)
    nature = models.CharField(max_length=8, choices=Nature.choices(), blank=True)
    audience = models.CharField(max_length=16, choices=Audience.choices(), blank=True)
    gap = models.CharField(max_length=12, choices=GapKind.choices(), blank=True)
    categories = models.ManyToManyField(Category, blank=True, related_name="needs")
    origin = models.CharField(max_length=8, choices=NeedOrigin.choices)
    study = models.ForeignKey(NeedStudy, null=True, blank=True, on_delete=models.CASCADE, related_name="needs")
    suggested = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices(), default=Status.REVIEW.value)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_code("origin", NeedOrigin.values, name="need_origin_known"),
            one_code("stage", ("", *Stage.codes()), name="need_stage_known"),
            one_code("nature", ("", *Nature.codes()), name="need_nature_known"),
            one_code("audience", ("", *Audience.codes()), name="need_audience_known"),
            one_code("gap", ("", *GapKind.codes()), name="need_gap_known"),
            one_code("status", Status.codes(), name="need_status_known"),
            models.CheckConstraint(condition=~Q(text=""), name="need_has_text"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class LinkLevel(models.TextChoices):
    """How sure a link is: documented, said by both, or refused for ever."""

    STATED = "STATED", _("documentée")
    CONFIRMED = "CONFIRMED", _("confirmée par les deux")
    REFUSED = "REFUSED", _("écartée")


class Articulation(models.Model):
    """A typed, sourced, dated link between two programmes or two organisations, read from `from_*` to `to_*`."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    from_programme = models.ForeignKey(
        Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="links_out"
    )
    to_programme = models.ForeignKey(
        Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="links_in"
    )
    from_organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="links_out"
    )
    to_organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="links_in"
    )
    kind = models.CharField(max_length=20, choices=LinkKind.choices())
    statement = models.CharField(max_length=400)
    condition = models.CharField(max_length=300, blank=True)
    evidence_url = models.URLField(max_length=500, blank=True)
    evidence_name = models.CharField(max_length=300, blank=True)
    stated_on = models.DateField(null=True, blank=True)
    level = models.CharField(max_length=10, choices=LinkLevel.choices, default=LinkLevel.STATED)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_code("kind", LinkKind.codes(), name="articulation_kind_known"),
            one_code("level", LinkLevel.values, name="articulation_level_known"),
            models.CheckConstraint(
                condition=Q(
                    from_programme__isnull=False,
                    to_programme__isnull=False,
                    from_organisation=None,
                    to_organisation=None,
                )
                | Q(
                    from_programme=None,
                    to_programme=None,
                    from_organisation__isnull=False,
                    to_organisation__isnull=False,
                ),
                name="articulation_between_two_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(from_programme=None) | ~Q(from_programme=F("to_programme")),
                name="articulation_not_to_itself",
            ),
            models.CheckConstraint(
                condition=~Q(level=LinkLevel.STATED) | ~Q(evidence_url=""), name="articulation_stated_with_evidence"
            ),
            models.UniqueConstraint(
                fields=["from_programme", "to_programme", "kind"],
                condition=Q(from_programme__isnull=False),
                name="articulation_programmes_once",
            ),
            models.UniqueConstraint(
                fields=["from_organisation", "to_organisation", "kind"],
                condition=Q(from_organisation__isnull=False),
                name="articulation_organisations_once",
            ),
        ]

    def __str__(self) -> str:
        ends = (self.from_programme_id or self.from_organisation_id, self.to_programme_id or self.to_organisation_id)
        return f"{ends[0]} {self.kind} {ends[1]}"
