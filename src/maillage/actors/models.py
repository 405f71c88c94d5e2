"""WHO HELPS: organisations, the networks they belong to, what they can do, where."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.core.vocabulary import Echelon, Nature, OrganisationKind, Status
from maillage.storage.fields import CodesField, one_code, only_codes
from maillage.territories.models import Territory


class Lever(models.TextChoices):
    """The three levers of a socio-economic model (Le RAMEAU)."""

    HUMAN = "human", _("Richesses humaines")
    FINANCIAL = "financial", _("Ressources financières")
    ALLIANCES = "alliances", _("Alliances")


class FundingOrigin(models.TextChoices):
    """Where the money of an organisation comes from."""

    PUBLIC = "public", _("publique")
    PRIVATE = "private", _("privée")
    EARNED = "earned", _("activité")


class Competence(models.Model):
    """Something one knows how to do; `rome` is its ROME 4.0 code where one exists."""

    code = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=120)
    rome = models.CharField(max_length=8, blank=True)

    def __str__(self) -> str:
        return self.label


class Network(models.Model):
    """A family of local bodies doing the same thing, each at home: ADIL, CCI, PETR…

    A programme `delivered_by` a network is usable where, and only where, a member serves the place.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    label = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    nature = models.CharField(max_length=8, choices=Nature.choices())
    member_echelon = models.CharField(max_length=12, choices=Echelon.choices())
    zone_rule = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    as_of = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            one_code("nature", Nature.codes(), name="network_nature_known"),
            one_code("member_echelon", Echelon.codes(), name="network_echelon_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A body that helps: what it is, where, since when we know, from which source.

    `address`: of its desk, on one line; `opening`: when the desk is open.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=160, unique=True)
    name = models.CharField(max_length=300)
    acronym = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=24, choices=OrganisationKind.choices())
    natures = CodesField()
    echelon = models.CharField(max_length=12, choices=Echelon.choices())
    siren = models.CharField(max_length=9, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    rna = models.CharField(max_length=10, blank=True)
    description = models.TextField(blank=True)
    website = models.URLField(max_length=500, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=300, blank=True)
    opening = models.TextField(max_length=1000, blank=True)
    network = models.ForeignKey(Network, null=True, blank=True, on_delete=models.PROTECT, related_name="members")
    seat = models.ForeignKey(Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="seats")
    zones = models.ManyToManyField(Territory, blank=True, related_name="served_by")
    competences = models.ManyToManyField(Competence, blank=True, related_name="organisations")
    levers = CodesField()
    funding_origins = CodesField()
    source_url = models.URLField(max_length=500, blank=True)
    source_name = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    origin = models.SlugField(max_length=80, blank=True)
    origin_id = models.CharField(max_length=200, blank=True)
    as_of = models.DateField(null=True, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices(), default=Status.DRAFT.value)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            one_code("kind", OrganisationKind.codes(), name="organisation_kind_known"),
            one_code("echelon", Echelon.codes(), name="organisation_echelon_known"),
            one_code("status", Status.codes(), name="organisation_status_known"),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED.value, merged_into__isnull=False)
                | (~Q(status=Status.MERGED.value) & Q(merged_into=None)),
                name="organisation_merged_into_another",
            ),
            only_codes("natures", Nature.codes(), name="organisation_natures_known"),
            only_codes("levers", Lever.values, name="organisation_levers_known"),
            only_codes("funding_origins", FundingOrigin.values, name="organisation_funding_origins_known"),
            models.CheckConstraint(condition=Q(siren="") | Q(siren__regex=r"^\d{9}$"), name="organisation_siren_shape"),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^\d{14}$"), name="organisation_siret_shape"
            ),
            models.CheckConstraint(condition=Q(rna="") | Q(rna__regex=r"^W\d{9}$"), name="organisation_rna_shape"),
            models.UniqueConstraint(
                fields=["origin", "origin_id"], condition=~Q(origin_id=""), name="organisation_origin_once"
            ),
        ]
        indexes = [models.Index(fields=["status", "name"], name="organisation_listed")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The stable public address of the sheet."""
        return f"/acteurs/{self.slug}"


class MembershipState(models.TextChoices):
    """What an animateur said of a person who works for an organisation."""

    ASKED = "asked", _("à confirmer")
    CONFIRMED = "confirmed", _("confirmée")
    REFUSED = "refused", _("écartée")


class Membership(models.Model):
    """A person who keeps the sheets of an organisation alive: they said so, and an animateur confirmed it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    state = models.CharField(max_length=10, choices=MembershipState.choices, default=MembershipState.ASKED)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once"),
            one_code("state", MembershipState.values, name="membership_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.organisation_id} {self.state}"
