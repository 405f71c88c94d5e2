"""WHERE: the official geography, and the zones people make of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.storage.fields import CodesField, one_code


class TerritoryKind(models.TextChoices):
    """The sorts of places. The order is from the smallest to the largest."""

    QPV = "QPV", _("Quartier prioritaire")
    FORMER = "COMD", _("Commune déléguée ou associée")
    DISTRICT = "ARM", _("Arrondissement municipal")
    COMMUNE = "COM", _("Commune")
    EPT = "EPT", _("Établissement public territorial")
    EPCI = "EPCI", _("Intercommunalité")
    CRTE = "CRTE", _("Contrat de relance et de transition écologique")
    PETR = "PETR", _("Pôle d’équilibre territorial et rural")
    ZONE = "ZONE", _("Zone faite d’autres territoires")
    DEPARTMENT = "DEP", _("Département")
    REGION = "REG", _("Région")
    COLLECTIVITY = "COMO", _("Collectivité d’outre-mer")
    COUNTRY = "PAYS", _("Pays")


class Territory(models.Model):
    """A place with a typed code: `COM-62041`, `EPCI-200033579`, `DEP-62`, `REG-32`, `PAYS-99100`, `ZONE-pvd`…

    A collectivité d’outre-mer has kind `COMO` and the national code `COM-975`.
    `population`: municipal population, inhabitants; null when the source has none.
    `parent`: the commune of a quartier, former commune or arrondissement; `also_in`: the codes of the other communes
    of a quartier that straddles several.
    """

    code = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=4, choices=TerritoryKind.choices, db_index=True)
    name = models.CharField(max_length=200)
    population = models.PositiveIntegerField(null=True, blank=True)
    siren = models.CharField(max_length=9, blank=True, db_index=True)
    postcodes = CodesField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    also_in = CodesField()
    department = models.CharField(max_length=3, blank=True)
    region = models.CharField(max_length=3, blank=True)
    epci = models.CharField(max_length=9, blank=True)
    source = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    as_of = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [one_code("kind", TerritoryKind.values, name="territory_kind_known")]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Composition(models.Model):
    """`zone` contains the whole commune `commune`: the closure, down to communes, of every other kind of place."""

    zone = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="composition")
    commune = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="inside")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "commune"], name="composition_once")]

    def __str__(self) -> str:
        return f"{self.commune_id} in {self.zone_id}"


class Successor(models.Model):
    """A commune code that no longer exists, the name it had, and the commune that replaced it."""

    old_code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=200, blank=True)
    commune = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="former_codes")

    def __str__(self) -> str:
        return f"{self.old_code} → {self.commune_id}"


class GeographyState(models.Model):
    """One row: which geography is loaded. `revision` grows at each change, so that memories of it expire."""

    revision = models.PositiveIntegerField(default=0)
    vintage = models.CharField(max_length=40, blank=True)
    loaded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.vintage} r{self.revision}"
