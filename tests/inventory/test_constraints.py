"""The database refuses what the actions refuse, whoever writes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, models, transaction

from maillage.actors.models import Network, Organisation
from maillage.inventory.models import (
    Articulation,
    Need,
    Programme,
    ProgrammeOrganisation,
    ProgrammeZone,
)
from maillage.territories.models import Territory

pytestmark = pytest.mark.django_db


def programme(**said) -> Programme:
    return Programme(**{"slug": f"s{len(str(said))}", "title": "Titre", "echelon": "LOCAL"} | said)


def organisation(**said) -> Organisation:
    return Organisation(**{"slug": "o", "name": "O", "kind": "association", "echelon": "LOCAL"} | said)


BAD = {
    "programme_echelon_known": lambda: programme(echelon="GALACTIC"),
    "programme_price_known": lambda: programme(price="CHEAP"),
    "programme_recurrence_known": lambda: programme(recurrence="sometimes"),
    "programme_status_known": lambda: programme(status="lost"),
    "programme_restriction_known": lambda: programme(restricted_to="nobles"),
    "programme_natures_known": lambda: programme(natures=("PUBLIC", "MAGIC")),
    "programme_stages_known": lambda: programme(stages=("LATER",)),
    "programme_aid_types_known": lambda: programme(aid_types=("gold",)),
    "programme_audiences_known": lambda: programme(audiences=("cats",)),
    "programme_sdgs_known": lambda: programme(sdgs=("18",)),
    "programme_has_title": lambda: programme(title=""),
    "programme_opens_before_it_closes": lambda: programme(opens_on=dt.date(2026, 2, 1), closes_on=dt.date(2026, 1, 1)),
    "programme_published_with_a_source": lambda: programme(status="published"),
    "organisation_kind_known": lambda: organisation(kind="cult"),
    "organisation_echelon_known": lambda: organisation(echelon="COSMIC"),
    "organisation_status_known": lambda: organisation(status="lost"),
    "organisation_natures_known": lambda: organisation(natures=("MAGIC",)),
    "organisation_levers_known": lambda: organisation(levers=("crowbar",)),
    "organisation_funding_origins_known": lambda: organisation(funding_origins=("stolen",)),
    "organisation_siren_shape": lambda: organisation(siren="12345678"),
    "organisation_siret_shape": lambda: organisation(siret="1"),
    "organisation_rna_shape": lambda: organisation(rna="X123456789"),
    "network_nature_known": lambda: Network(slug="n", name="n", nature="MAGIC", member_echelon="LOCAL"),
    "network_echelon_known": lambda: Network(slug="n", name="n", nature="PUBLIC", member_echelon="COSMIC"),
    "need_origin_known": lambda: Need(text="x", origin="dream"),
    "need_stage_known": lambda: Need(text="x", origin="gap", stage="LATER"),
    "need_nature_known": lambda: Need(text="x", origin="gap", nature="MAGIC"),
    "need_audience_known": lambda: Need(text="x", origin="gap", audience="cats"),
    "need_gap_known": lambda: Need(text="x", origin="gap", gap="wide"),
    "need_status_known": lambda: Need(text="x", origin="gap", status="lost"),
    "need_has_text": lambda: Need(text="", origin="gap"),
    "territory_kind_known": lambda: Territory(code="X-1", kind="MOON", name="Lune"),
}


def refused(row: models.Model, name: str) -> bool:
    """True when the database refuses the row for this very constraint."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        return name in str(error)
    return False


@pytest.mark.parametrize(("name", "make"), BAD.items(), ids=list(BAD))
def test_the_database_refuses(name, make):
    assert refused(make(), name)


@pytest.mark.parametrize("make", [programme, organisation], ids=["programme", "organisation"])
def test_the_plain_row_of_these_tests_is_accepted(make):
    make().save(force_insert=True)


def test_codes_are_written_whole_and_read_back_in_order():
    row = programme(natures=("CATALYST", "PUBLIC"), stages=[])
    row.save(force_insert=True)

    stored = Programme.objects.get(pk=row.pk)
    assert (stored.natures, stored.stages) == (("CATALYST", "PUBLIC"), ())
    assert Programme.objects.filter(natures__contains="|PUBLIC|").count() == 1


@pytest.mark.parametrize("text", ["PUBLIC", "|PUBLIC", "|PUBLIC||", "| |", "|public|", "|PUBLIC|\n"])
def test_a_codes_column_has_one_writing(text):
    assert refused(programme(natures=text), "programme_natures_known")


def ends():
    rows = [programme(slug="a"), programme(slug="b"), organisation(slug="c")]
    for row in rows:
        row.save(force_insert=True)
    return rows


def test_a_link_joins_two_of_a_kind_not_itself_once_and_with_evidence():
    one, two, body = ends()
    said = {"kind": "precedes", "statement": "x", "evidence_url": "https://exemple.test"}
    Articulation(from_programme=one, to_programme=two, **said).save()

    assert refused(Articulation(from_programme=one, to_organisation=body, **said), "articulation_between_two_of_a_kind")
    assert refused(Articulation(**said), "articulation_between_two_of_a_kind")
    assert refused(Articulation(from_programme=one, to_programme=one, **said), "articulation_not_to_itself")
    unknown = Articulation(from_programme=two, to_programme=one, **said | {"kind": "loves"})
    assert refused(unknown, "articulation_kind_known")
    bare = Articulation(from_programme=two, to_programme=one, **said | {"evidence_url": ""})
    assert refused(bare, "articulation_stated_with_evidence")
    with pytest.raises(IntegrityError), transaction.atomic():
        Articulation(from_programme=one, to_programme=two, **said).save()


def test_a_source_names_a_sheet_once_and_a_sheet_is_not_its_own_variant():
    programme(slug="a", origin="s", origin_id="1").save()
    row = programme(slug="b")
    row.save()
    row.variant_of = row

    with pytest.raises(IntegrityError), transaction.atomic():
        programme(slug="c", origin="s", origin_id="1").save()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_an_organisation_and_a_place_stand_once_in_a_programme():
    one, _, body = ends()
    place = Territory.objects.create(code="COM-1", kind="COM", name="Un")
    ProgrammeOrganisation(programme=one, organisation=body).save()
    ProgrammeZone(programme=one, territory=place).save()

    for row in (
        ProgrammeOrganisation(programme=one, organisation=body),
        ProgrammeZone(programme=one, territory=place, excluded=True),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    assert refused(
        ProgrammeOrganisation(programme=one, organisation=body, role="king"), "programme_organisation_role_known"
    )
