"""The coverage on disk: whole or not at all, followed from the log, kept by day, the same each way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from django.utils import timezone
from typer.testing import CliRunner

from maillage.accounts.models import Event
from maillage.cli.main import app
from maillage.core.coverage import Choice
from maillage.core.errors import Refused, Unknown
from maillage.core.records import GrantRecord
from maillage.core.vocabulary import GapKind, Status
from maillage.coverage import atlas as files
from maillage.coverage.actions import building, catch_up, rebuild, take_snapshot
from maillage.coverage.atlas import AtlasUnavailable
from maillage.coverage.queries import (
    atlas_of,
    evidence_at,
    evidence_named,
    gaps_ranked,
    offers_at,
    overlaps_ranked,
    place_rows,
    programmes_named,
)
from maillage.coverage.tasks import follow_once, nightly
from maillage.inventory.actions import move_programme, put_grants, put_links, review_need, signal_need, signal_unmet
from maillage.inventory.models import Programme
from maillage.territories.models import Territory
from tests.factories.records import a_link, a_programme, an_operator
from tests.factories.rows import a_person, noon, put

pytestmark = pytest.mark.django_db
FRICHE = Choice(categories=("friche",), stages=("EMERGENCE",), natures=("PUBLIC",))
ASKED = Choice(categories=("friche",))


def friche(title="Recyclage des friches", **said):
    values = {"categories": ("friche",), "zones": ("DEP-62",), "echelon": "DEPARTMENTAL", "operators": (an_operator(),)}
    return a_programme(title, **values | said)


def by_code(choice=FRICHE, level="DEP", of="", day=None):
    return {row.code: row for row in place_rows(atlas_of(day), choice, level=level, of=of)}


def test_what_was_never_counted_says_so(world):
    with pytest.raises(AtlasUnavailable):
        atlas_of()

    follow_once()

    assert set(by_code()) == {"DEP-34", "DEP-62"}


def test_every_place_is_told_with_its_offers_its_gap_and_the_list_behind_each_figure(world):
    local = put(friche())
    put(friche("Fonds national des friches", zones=("PAYS-99100",), echelon="NATIONAL"))
    put(friche("Prime des friches", closes_on=dt.date(2020, 1, 1)))
    rebuild()

    rows = by_code()

    pas_de_calais, herault = rows["DEP-62"], rows["DEP-34"]
    assert (pas_de_calais.near, pas_de_calais.distant, pas_de_calais.conditional) == (1, 1, 1)
    assert (pas_de_calais.people, pas_de_calais.kind) == (1, None)
    assert (herault.near, herault.distant, herault.people, herault.kind) == (0, 1, 0, GapKind.DISTANT)
    uids = offers_at(atlas_of(), FRICHE, level="DEP", code="DEP-62", which="proches")
    assert programmes_named(uids) == [local]
    assert set(by_code(level="EPCI", of="DEP-62")) == {"EPCI-200033579", "EPCI-200072460"}
    assert by_code(level="EPCI")["EPCI-243400470"].people == 0


def test_a_draft_is_no_offer_and_a_general_offer_fills_no_cell(world):
    put(friche(status="draft"))
    put(friche("Aide à tout", categories=(), generalist=True))

    rebuild()

    assert by_code()["DEP-62"].near == 0
    assert atlas_of().generalists == 1


def test_a_network_counts_where_it_has_a_member_only(world):
    put(friche("Conseil logement", zones=("PAYS-99100",), delivered_by="adil"))

    rebuild()

    assert by_code()["DEP-62"].near == 0


def test_a_sheet_that_changes_moves_its_cells_as_a_count_of_everything_would(world, monkeypatch):
    monkeypatch.setattr(building, "PAUSE_S", 0)
    put(friche("Autre chose", categories=("eau-potable",)))
    row = put(friche())
    rebuild()
    put(replace(friche(zones=("DEP-34",)), slug=row.slug, uid=str(row.uid)))
    put(friche("Nouvelle offre", zones=("PAYS-99100",), stages=("DELIVERY",)))

    assert catch_up() > 0

    followed = atlas_of()
    rebuild()
    anew = atlas_of()
    for level in files.LEVELS:
        for name in files.SHARES:
            one, two = (getattr(each.standing[level], name) for each in (followed, anew))
            assert np.allclose(one, two), (level, name)
    assert by_code()["DEP-34"].near == 1
    assert catch_up() == 0


def test_an_import_is_counted_once_all_of_it_has_come(world, monkeypatch):
    monkeypatch.setattr(building, "PAUSE_S", 0)
    monkeypatch.setattr(building, "MOST_ADJUSTED", 0)
    rebuild()
    put(friche())

    assert catch_up() == 0, "more may be on their way"
    assert by_code()["DEP-62"].near == 0

    Event.objects.update(at=timezone.now() - dt.timedelta(seconds=building.QUIET_S))
    assert catch_up() > 0
    assert by_code()["DEP-62"].near == 1


def test_an_import_that_lasts_is_counted_all_the_same(world, monkeypatch):
    monkeypatch.setattr(building, "PAUSE_S", 0)
    monkeypatch.setattr(building, "MOST_ADJUSTED", 0)
    monkeypatch.setattr(building, "LATEST_S", 0)
    rebuild()
    put(friche())

    assert catch_up() > 0
    assert by_code()["DEP-62"].near == 1


def test_a_sheet_put_away_leaves_its_cells(world, monkeypatch):
    monkeypatch.setattr(building, "PAUSE_S", 0)
    row = put(friche())
    rebuild()

    move_programme(programme=row, to=Status.ARCHIVED, by=a_person())
    catch_up()

    assert by_code()["DEP-62"].near == 0


def test_a_local_variant_takes_the_place_of_the_national_sheet_even_expired(world, monkeypatch):
    monkeypatch.setattr(building, "PAUSE_S", 0)
    national = put(friche("Fonds friches", zones=("PAYS-99100",), echelon="NATIONAL", slug="fonds"))
    rebuild()
    put(friche("Fonds friches 62", variant_of=national.slug, closes_on=dt.date(2020, 1, 1)))
    catch_up()

    rows = by_code()

    assert (rows["DEP-62"].distant, rows["DEP-62"].conditional, rows["DEP-62"].kind) == (0, 1, GapKind.CONDITIONAL)
    assert rows["DEP-34"].distant == 1


def test_one_writer_at_a_time(world):
    with building.only_writer(), pytest.raises(Refused, match="coverage_busy"):
        rebuild()


def test_demand_counts_what_was_said_searched_and_funded_each_once(world):
    arras = Territory.objects.get(code="COM-62041")
    person = a_person()
    need = signal_need(text="Dépolluer une friche", territory=arras, by=None, categories=["friche"])
    signal_need(text="Encore en revue", territory=arras, by=None, categories=["friche"])
    review_need(need=need, to=Status.PUBLISHED, by=person)
    for sender in range(4):
        signal_unmet(area="DEP-62", kind="empty", categories=["friche"], sender=f"198.51.100.{sender}")
    project = GrantRecord(
        title="Réhabilitation d’une friche industrielle",
        origin="dsil",
        origin_id="1",
        territory="COM-62041",
        year=2019,
        source_name="Liste",
        siren="216200410",
    )
    given_up = replace(project, origin_id="3", title="Reconversion d’une friche", status="dropped")
    put_grants([project, replace(project, origin="detr"), given_up], on=dt.date(2026, 11, 22), by=None)
    rebuild()

    assert by_code(ASKED)["DEP-62"].pieces == 2
    assert by_code(ASKED, level="EPCI")["EPCI-200033579"].pieces == 2
    told = evidence_named(evidence_at(atlas_of(), ASKED, level="DEP", code="DEP-62"))
    assert [each.kind for each in told] == ["need", "grant"]
    signal_unmet(area="DEP-62", kind="empty", categories=["friche"], sender="198.51.100.9")
    rebuild()
    assert by_code(ASKED)["DEP-62"].pieces == 7


def test_gaps_rank_what_is_asked_for_and_served_by_nobody_near(world):
    for text, code in (("Friche à Arras", "COM-62041"), ("Friche à Vic", "COM-34333")):
        need = signal_need(text=text, territory=Territory.objects.get(code=code), by=None, categories=["friche"])
        review_need(need=need, to=Status.PUBLISHED, by=a_person(f"{code.lower()}@exemple.test"))
    put(friche(stages=("EMERGENCE", "DESIGN", "DELIVERY", "EVALUATION"), natures=("PUBLIC", "CATALYST")))
    rebuild()

    page = gaps_ranked(atlas_of(), Choice(), level="DEP")

    assert [(gap.place, gap.category) for gap in page.gaps] == [("DEP-34", "friche"), ("DEP-62", "friche")]
    assert page.total == 2
    assert gaps_ranked(atlas_of(), Choice(), level="DEP", of="REG-76").total == 1
    assert gaps_ranked(atlas_of(), Choice(categories=("eau-potable",)), level="DEP").total == 0
    assert gaps_ranked(atlas_of(), Choice(), level="DEP", kind=GapKind.DISTANT).total == 0


def test_overlaps_go_when_someone_links_the_offers_or_puts_one_away(world):
    put(friche("Diagnostic de friche polluée", slug="a"))
    put(
        friche(
            "Diagnostic de friche polluée",
            slug="b",
            operators=(an_operator("bureau-ternois", "Bureau d’études du Ternois"),),
        )
    )
    rebuild()
    assert [group.slugs for group in overlaps_ranked(atlas_of(), FRICHE)] == [("a", "b")]
    assert overlaps_ranked(atlas_of(), Choice(stages=("FUNDING",))) == []

    put_links([a_link("a", "b", kind="complements")], by=None)

    assert overlaps_ranked(atlas_of(), FRICHE) == []


def test_a_day_is_read_again_as_it_was_shown(world):
    row = put(friche())
    rebuild()
    today = timezone.localdate()
    take_snapshot()
    move_programme(programme=row, to=Status.ARCHIVED, by=a_person())
    rebuild()

    assert by_code()["DEP-62"].near == 0
    assert by_code(day=today)["DEP-62"].near == 1
    with pytest.raises(Unknown, match="snapshot_unknown"):
        atlas_of(today - dt.timedelta(days=1))
    with pytest.raises(Refused, match="day_to_come"):
        take_snapshot(day=today + dt.timedelta(days=1))


def test_a_day_before_the_first_snapshot_is_made_of_the_log(world):
    put(friche("Ancienne"))
    last = Event.objects.order_by("-id").first().pk
    Event.objects.filter(target_type="programme").update(at=noon(dt.date(2026, 1, 10)))
    put(friche("Récente", slug="recente"))
    assert Event.objects.filter(id__gt=last).exists()

    take_snapshot(day=dt.date(2026, 1, 15))

    assert by_code(day=dt.date(2026, 1, 20))["DEP-62"].near == 1
    assert Programme.objects.count() == 2


def test_the_night_counts_and_keeps_the_day(world):
    put(friche())

    built = nightly()

    assert (built.offers, built.pieces) == (1, 0)
    assert by_code(day=timezone.localdate())["DEP-62"].near == 1


def test_the_terminal_counts_and_keeps_a_day(world):
    put(friche())

    told = CliRunner().invoke(app, ["couverture"])
    refused = CliRunner().invoke(app, ["couverture", "--au", "2999-01-01"])

    assert told.exit_code == 0
    assert "1 offres, 0 preuves de demande" in told.output
    assert refused.exit_code != 0
