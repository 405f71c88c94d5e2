"""The report: the same day gives the same bytes, whatever was written since; its figures are those of the pages."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import zipfile

import pytest
from django.utils import timezone

from maillage.accounts.models import Event
from maillage.actors.actions import put_organisations
from maillage.articulation.actions import compute_missing_links, refuse_proposal
from maillage.articulation.models import ProposedLink
from maillage.articulation.queries import open_proposals
from maillage.core.coverage import Choice
from maillage.core.errors import Refused, Unknown
from maillage.coverage.models import CoverageSnapshot
from maillage.coverage.queries import asking_of, atlas_of, gaps_ranked
from maillage.inventory.actions import put_links, put_programmes, signal_unmet
from maillage.report import facts
from maillage.report.actions import keep_day
from maillage.report.figures import few
from maillage.report.files import as_json, as_zip
from maillage.report.queries import day_of, report_of
from tests.factories.records import a_link, a_programme, an_operator, an_organisation
from tests.factories.rows import a_person

SCOPES = ({}, {"place": "REG-32"}, {"place": "DEP-62"}, {"place": "EPCI-200033579"}, {"network": "adil"})


def the_bytes(day: dt.date) -> list[bytes]:
    return [made(report_of(day=day, **scope)) for scope in SCOPES for made in (as_json, as_zip)]


def forget_everything_kept(settings) -> None:
    CoverageSnapshot.objects.all().delete()
    shutil.rmtree(settings.VAR / "couverture" / "jours")
    shutil.rmtree(settings.VAR / "rapports")


def test_the_same_day_gives_the_same_bytes_whatever_was_written_since(inventory, yesterday, settings):
    keep_day(day=yesterday)
    before = the_bytes(yesterday)
    compute_missing_links(today=timezone.localdate())
    refuse_proposal(link=ProposedLink.objects.order_by("pk")[0], by=a_person("dit-non@exemple.test", "animator"))
    put_programmes([a_programme("Autre étude", slug="autre", categories=("friche",))], by=None)
    put_programmes([a_programme("Travaux, autrement", slug="travaux", status="archived")], by=None)
    put_links([a_link("conseil", "etude")], by=None)
    forget_everything_kept(settings)

    keep_day(day=yesterday)

    assert the_bytes(yesterday) == before
    keep_day()
    assert the_bytes(timezone.localdate()) != before
    assert report_of().told["chiffres"]["offres"] == 4
    assert report_of(day=yesterday).told["reseau"]["liens_entre_offres"] == 1


def test_what_is_kept_is_never_gathered_again(inventory, yesterday):
    keep_day(day=yesterday)
    kept = facts.path_of(yesterday).read_bytes()
    put_programmes([a_programme("Une autre", slug="autre", categories=("friche",))], by=None)

    keep_day(day=yesterday)

    assert facts.path_of(yesterday).read_bytes() == kept


def test_the_figures_are_those_of_the_map(inventory, yesterday):
    keep_day(day=yesterday)
    told = report_of(day=yesterday).told

    assert told["chiffres"]["offres"] == 4
    assert (told["chiffres"]["offres_departmental"], told["chiffres"]["offres_national"]) == (1, 3)
    assert told["chiffres"]["preuves_direct"] == told["chiffres"]["preuves"] == 1
    gaps = gaps_ranked(atlas_of(yesterday), Choice(), level="DEP")
    assert [(row["code"], row["categorie"]) for row in told["manques"]] == [
        (gap.place, gap.category) for gap in gaps.gaps
    ]
    assert [row["code"] for row in told["manques"]] == ["DEP-34"]
    assert told["reseau"]["acteurs_relies"] == 2
    assert {row["code"] for row in told["territoires"]} == {"DEP-34", "DEP-62"}


def test_a_place_tells_what_is_there_only(inventory, yesterday):
    keep_day(day=yesterday)

    herault, calais = (report_of(place=code, day=yesterday).told for code in ("DEP-34", "DEP-62"))

    assert (herault["chiffres"]["offres"], calais["chiffres"]["offres"]) == (3, 4)
    assert (herault["chiffres"]["preuves"], calais["chiffres"]["preuves"]) == (1, 0)
    assert (herault["chiffres"]["acteurs"], calais["chiffres"]["acteurs"]) == (2, 3)
    assert [link["reseau"]["liens_entre_offres"] for link in (herault, calais)] == [0, 1]
    assert sum(row["recherchee_par"] for row in herault["competences"]) > 0
    assert sum(row["recherchee_par"] for row in calais["competences"]) == 0


def test_a_network_tells_where_its_members_are_and_where_nobody_is(inventory, yesterday):
    keep_day(day=yesterday)

    told = report_of(network="adil", day=yesterday).told

    assert told["rapport"]["nom"] == "Agences départementales d’information sur le logement"
    assert told["chiffres"]["membres"] == 1
    shares = {row["code"]: row["part_habitants_servis"] for row in told["territoires"]}
    assert (shares["DEP-62"], shares["DEP-34"]) == (1.0, 0.0)
    assert told["manques"] == []


def test_a_network_tells_what_lacks_on_what_it_treats_where_its_members_serve(inventory, yesterday):
    member = an_organisation("ADIL de l’Hérault", slug="adil-34", network="adil", zones=("DEP-34",))
    carried = a_programme(
        "Permanence",
        slug="permanence",
        categories=("friche",),
        stages=("FUNDING",),
        zones=("DEP-34",),
        operators=(an_operator("adil-34", member.name),),
    )
    put_organisations([member], by=None)
    put_programmes([carried], by=None)
    Event.objects.update(at=timezone.now() - dt.timedelta(days=1))
    keep_day(day=yesterday)

    told = report_of(network="adil", day=yesterday).told

    assert [(row["code"], row["categorie"]) for row in told["manques"]] == [("DEP-34", "friche")]
    assert told["manques_en_tout"] == 1


def test_missing_links_are_those_of_the_computation(inventory, yesterday):
    keep_day(day=yesterday)
    compute_missing_links(today=timezone.localdate(), asking=asking_of(atlas_of(yesterday)))

    told = report_of(day=yesterday).told["liens_manquants"]

    rows = list(open_proposals())
    assert [(row["de"], row["vers"], row["cases"], row["gain"]) for row in told] == [
        (row.origin.slug, row.target.slug, row.mended, row.gain) for row in rows
    ]
    assert ("etude", "suite") in [(row["de"], row["vers"]) for row in told]
    assert all(row["gain"] > row["cases"] for row in told), "the need of the Hérault counts"


def test_fewer_than_five_searches_are_never_told(inventory, yesterday):
    assert [few(count) for count in (0, 4, 5)] == [0, "moins de 5", 5]
    for number in range(4):
        signal_unmet(area="DEP-62", kind="empty", categories=["friche"], sender=f"192.0.2.{number}")
    keep_day()
    assert report_of(place="DEP-62").told["chiffres"]["preuves"] == 0


def test_five_searches_are_told(inventory):
    for number in range(5):
        signal_unmet(area="DEP-62", kind="empty", categories=["friche"], sender=f"192.0.2.{number}")
    keep_day()

    assert report_of(place="DEP-62").told["chiffres"]["preuves_search"] == 5


def test_the_zip_holds_a_table_per_part_and_says_what_the_json_says(inventory, yesterday):
    keep_day(day=yesterday)
    made = report_of(place="DEP-62", day=yesterday)

    bundle = zipfile.ZipFile(io.BytesIO(as_zip(made)))

    assert json.loads(bundle.read("rapport.json")) == json.loads(as_json(made))
    figures = dict(csv.reader(io.StringIO(bundle.read("chiffres.csv").decode("utf-8-sig")), delimiter=";"))
    assert (figures["offres"], figures["empreinte"]) == ("4", made.digest)
    sources = list(csv.DictReader(io.StringIO(bundle.read("sources.csv").decode("utf-8-sig")), delimiter=";"))
    assert sum(int(row["offres"]) for row in sources) == 4


@pytest.mark.parametrize("asked", [{"place": "COM-62041"}, {"place": "DEP-99"}, {"network": "inconnu"}])
def test_what_no_report_is_made_of_is_refused(inventory, yesterday, asked):
    keep_day(day=yesterday)

    with pytest.raises(Unknown):
        report_of(day=yesterday, **asked)


def test_a_day_nobody_kept_and_a_day_to_come(inventory, yesterday):
    with pytest.raises(facts.FactsUnavailable):
        day_of()
    keep_day(day=yesterday)
    with pytest.raises(Unknown):
        day_of(yesterday - dt.timedelta(days=1))
    with pytest.raises(Refused):
        keep_day(day=timezone.localdate() + dt.timedelta(days=1))
    assert day_of(timezone.localdate()) == yesterday
