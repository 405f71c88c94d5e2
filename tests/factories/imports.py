"""Small tables and what importing them takes."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from maillage.curation import actions as curation
from maillage.harvest import actions as harvest
from maillage.harvest.models import HarvestRun
from maillage.harvest.queries import connector_named, open_usual_file, table_connector
from maillage.inventory.actions import load_vocabulary
from tests.factories.places import make_places

MAPPING = """colonne;valeur;champ;devient
ref;;origin_id;
uuid;;uid;
titre;;title;
texte;;description;
porteur;;operator;
lieu;;zones;
fin;;closes_on;
maj;;source_updated_on;
page;;source_url;
"""
HEADER = ("ref", "titre", "texte", "porteur", "lieu", "fin", "page")


def ready() -> None:
    """The small geography and the vocabulary: what an import needs."""
    make_places()
    load_vocabulary()


def a_row(ref: str = "A1", **said: str) -> dict[str, str]:
    """A row of the table, complete."""
    values = {
        "ref": ref,
        "titre": f"Aide {ref}",
        "texte": "Un texte.",
        "porteur": "Syndicat d’exemple",
        "lieu": "DEP-62",
        "fin": "2027-01-31",
        "page": f"https://exemple.test/{ref}",
    }
    return values | said


def a_table(folder: Path, rows: Sequence[Mapping[str, str]], name: str = "aides.csv") -> Path:
    """These rows as a CSV file."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def harvested(path: Path, *, source: str = "essai", mapping: str = MAPPING) -> HarvestRun:
    """The file read, its records kept, nothing proposed yet."""
    connector = table_connector(slug=source, name=f"Source {source}", mapping=mapping)
    file = open_usual_file(path, wanted=connector.mapping.columns)
    return harvest.run(source=harvest.keep_source(connector), file=file, by=None)


def proposed(path: Path, **said: str) -> HarvestRun:
    """The file read and compared with the inventory."""
    return curation.propose(harvested(path, **said), by=None)


def imported(path: Path, **said: str) -> HarvestRun:
    """The file read, compared, and all that is sure accepted."""
    run = curation.propose_and_accept(harvested(path, **said), by=None)
    curation.accept_all(run=run, by=None)
    return run


def imported_as(slug: str, path: Path) -> HarvestRun:
    """The same, for a source we ship."""
    connector = connector_named(slug)
    run = harvest.run(source=harvest.keep_source(connector), file=open_usual_file(path), by=None)
    curation.propose(run, by=None)
    curation.accept_all(run=run, by=None)
    return run
