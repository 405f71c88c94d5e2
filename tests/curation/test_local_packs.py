"""The real lists of what exists in a place, read whole, against the starter inventory built from them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from maillage.actors.actions import load_networks, put_organisations
from maillage.actors.models import Organisation
from maillage.curation import actions
from maillage.curation.models import Proposal
from maillage.curation.queries import Summary, summary
from maillage.harvest import actions as harvest
from maillage.harvest.models import HarvestRun
from maillage.harvest.queries import connector_named, open_usual_file, packs
from maillage.inventory import starter
from maillage.territories.models import Composition

pytestmark = [pytest.mark.data, pytest.mark.slow, pytest.mark.django_db]


def read(slug: str, folder: Path) -> HarvestRun:
    pack = next(pack for pack in packs(folder) if pack.connector == slug)
    source = harvest.keep_source(connector_named(slug))
    run = harvest.run(source=source, file=open_usual_file(pack.path), by=None, as_of=pack.as_of)
    return actions.propose(run, by=None)


def test_every_france_services_of_the_starter_inventory_is_recognised_and_completed(geography, shared_data):
    load_networks(starter.networks())
    desks = [body for body in starter.local_bodies() if body.network == "france-services"]
    put_organisations(desks, by=None)

    first = read("france-services", shared_data)

    assert summary(first) == Summary(
        read=2845, new=0, updated=2845, same=0, doubtful=0, refused=0, gone=0, waiting=2845
    )
    changed = Counter(found["field"] for row in Proposal.objects.filter(run=first) for found in row.differences)
    assert not {"name", "seat", "zones", "phone", "network", "natures", "kind", "echelon"} & changed.keys()
    assert changed["address"] == 2845
    assert actions.accept_all(run=first, by=None) == 2845
    assert Organisation.objects.count() == 2845
    assert not Organisation.objects.filter(address="").exists()
    proposals = Proposal.objects.count()

    again = read("france-services", shared_data)

    assert (summary(again).same, summary(again).waiting, Proposal.objects.count()) == (2845, 0, proposals)


@pytest.mark.parametrize(
    ("slug", "count", "refused"),
    [("anct-programmes", 11_275, 3913), ("anct-programmes-intercommunalites", 1333, 0)],
)
def test_the_zones_of_the_starter_inventory_are_those_of_the_real_lists(geography, shared_data, slug, count, refused):
    before = Composition.objects.count()

    run = read(slug, shared_data)

    told = summary(run)
    assert (told.read, told.refused, told.waiting) == (count, refused, 0)
    zones = Proposal.objects.filter(run=run, about="zone").exclude(kind="refused")
    assert {row.reasons[0][0] for row in zones} == {"nothing_new"}
    assert Composition.objects.count() == before
    proposals = Proposal.objects.count()

    read(slug, shared_data)

    assert Proposal.objects.count() == proposals
