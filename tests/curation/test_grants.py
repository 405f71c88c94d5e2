"""Funded projects come in alone, keep what changed, and stay when their list no longer has them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maillage.curation.models import Proposal
from maillage.curation.queries import report, summary
from maillage.harvest.queries import counts_of
from maillage.inventory.models import Grant
from tests.factories.imports import a_table, imported_as, ready

pytestmark = pytest.mark.django_db
SOURCE = "dotations-projets"


@pytest.fixture(autouse=True)
def _ready() -> None:
    ready()


def a_project(ref: str = "2018DI1", **said: str) -> dict[str, str]:
    values = {
        "id": ref,
        "annee": "2018",
        "dotation": "DETR",
        "echelon": "Commune",
        "departement": "62",
        "code_geo": "62041",
        "beneficiaire": "EXEMPLE",
        "categorie": "Éducation",
        "description": f"Projet {ref}",
        "subvention": "1000.0",
        "lat": "0",
        "lon": "0",
    }
    return values | said


def test_projects_are_taken_alone_and_importing_again_changes_nothing(tmp_path):
    path = a_table(tmp_path, [a_project("1"), a_project("2", code_geo="99999")])

    first = imported_as(SOURCE, path)
    before = list(Grant.objects.order_by("pk").values())
    again = imported_as(SOURCE, path)

    assert (summary(first).new, summary(first).waiting, summary(again).same) == (2, 0, 2)
    assert list(Grant.objects.order_by("pk").values()) == before
    assert list(Grant.objects.order_by("pk").values_list("territory__code", flat=True)) == ["COM-62041", "DEP-62"]


def test_a_place_we_do_not_know_is_told_and_replaced_by_the_wider_one(tmp_path):
    run = imported_as(SOURCE, a_table(tmp_path, [a_project("2", code_geo="99999")]))

    told = [(line.column, line.value, line.became) for line in report(run) if line.verdict == "remark"]

    assert told == [("territory", "COM-99999", "DEP-62")]


def test_a_malformed_line_is_isolated(tmp_path):
    run = imported_as(SOURCE, a_table(tmp_path, [a_project("1"), a_project("2", description=""), a_project("1")]))

    assert counts_of(run) == {"done": 1, "failed": 2, "skipped": 0, "gone": 0}
    assert Grant.objects.count() == 1


def test_a_changed_amount_is_taken_and_what_it_was_is_kept(tmp_path):
    imported_as(SOURCE, a_table(tmp_path, [a_project("1")]))
    run = imported_as(SOURCE, a_table(tmp_path, [a_project("1", subvention="900")]))

    proposal = Proposal.objects.get(run=run)
    assert (proposal.kind, proposal.state) == ("update", "accepted")
    assert proposal.differences == [{"field": "amount_eur", "before": "1000.00", "after": "900.00", "applied": True}]
    assert Grant.objects.get().amount_eur == Decimal("900.00")


def test_what_the_list_of_a_year_no_longer_has_is_gone_and_other_years_stay(tmp_path):
    rows = [a_project("1"), a_project("2"), a_project("3", annee="2017")]
    imported_as(SOURCE, a_table(tmp_path, rows))

    run = imported_as(SOURCE, a_table(tmp_path, [a_project("1"), a_project("4")]))

    gone = set(Grant.objects.exclude(gone_on=None).values_list("origin_id", flat=True))
    assert (gone, Grant.objects.count()) == ({"2"}, 4)
    assert [line.origin_id for line in report(run) if line.verdict == "gone" and line.reasons] == ["2"]


def test_a_project_paid_in_two_parts_is_two_rows(tmp_path):
    def a_part(amount: str) -> dict[str, str]:
        return {
            "code_departement": "62",
            "code_commune": "62041",
            "numero_dossier_ds": "77",
            "nom_du_projet": "Isolation",
            "nom_beneficiaire_principal": "COMMUNE D EXEMPLE",
            "siren": "",
            "montant_engage": amount,
        }

    path = a_table(tmp_path, [a_part("10"), a_part("20")])
    imported_as("fonds-vert-projets", path)
    imported_as("fonds-vert-projets", a_table(tmp_path, [a_part("20"), a_part("10"), a_part("5")]))

    rows = Grant.objects.order_by("origin_id").values_list("origin_id", "amount_eur", "year")
    assert list(rows) == [("77", Decimal(10), 2023), ("77~2", Decimal(20), 2023), ("77~3", Decimal(5), 2023)]
