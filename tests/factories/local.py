"""Lists of what exists in a place, in the shape of their source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from maillage.actors.actions import load_networks
from maillage.curation import actions as curation
from maillage.harvest import actions as harvest
from maillage.harvest.models import HarvestRun
from maillage.harvest.queries import connector_named, open_usual_file
from maillage.territories.models import Composition, Territory
from tests.factories.imports import a_table

DESKS, PLACES = "france-services", "anct-programmes"


def a_network(slug: str = "france-services") -> None:
    """The network its members belong to."""
    load_networks([{"slug": slug, "name": "France services", "nature": "PUBLIC", "member_echelon": "LOCAL"}])


def a_desk(ref: str = "1", **said: str) -> dict[str, str]:
    """A row of the list of France services."""
    values = {
        "id_fs": ref,
        "lib_fs": f"France services {ref}",
        "adresse": "1 Place de l'Exemple",
        "complement_adresse": "",
        "insee_com": "62041",
        "code_postal": "62000",
        "lib_com": "Arras",
        "telephone": f"03 99 00 00 {ref:0>2}",
        "h_lundi": "09:00 - 12:00",
        "prise_rdv": "Non",
        "type_fs": "Principal",
        "format_fs": "Fixe",
    }
    return values | said


def a_place(programme: str, code: str, **said: str) -> dict[str, str]:
    """A row of the list of beneficiaries."""
    values = {"dispositif": programme, "id_territoire": f"{programme}-{code}", "lib_territoire": "Lieu"}
    return values | {"date_signature": "", "lib_geo": "Lieu", "code_geo": code} | said


def a_zone(code: str, *communes: str, name: str = "Petites villes de demain", **said: object) -> Territory:
    """A zone made of these communes."""
    zone = Territory.objects.create(code=code, kind="ZONE", name=name, **said)
    rows = Territory.objects.filter(code__in=communes)
    Composition.objects.bulk_create(Composition(zone=zone, commune=commune) for commune in rows)
    return zone


def told(slug: str, folder: Path, rows: Sequence[Mapping[str, str]]) -> HarvestRun:
    """These rows read as a list of this source, and compared; nothing is accepted."""
    path = a_table(folder, rows, f"{slug}.csv")
    run = harvest.run(source=harvest.keep_source(connector_named(slug)), file=open_usual_file(path), by=None)
    return curation.propose(run, by=None)


def taken(slug: str, folder: Path, rows: Sequence[Mapping[str, str]]) -> HarvestRun:
    """The same, all that is sure accepted."""
    run = told(slug, folder, rows)
    curation.accept_all(run=run, by=None)
    return run
