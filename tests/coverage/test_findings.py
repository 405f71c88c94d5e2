"""What people make of a gap or an overlap: who may, once, and what the log keeps."""

from __future__ import annotations

import pytest

from maillage.accounts.models import Event, Role
from maillage.core.errors import Invalid, Refused
from maillage.core.vocabulary import Status
from maillage.coverage.actions import comment_finding, entrust_finding, need_from_finding
from maillage.coverage.models import Finding
from maillage.inventory.actions import review_need
from tests.factories.rows import a_person, organisation

pytestmark = pytest.mark.django_db
KEY = "DEP-62 friche"


def test_a_comment_makes_the_finding_and_stays_with_its_author(world):
    person = a_person(role=Role.CONTRIBUTOR)

    one = comment_finding(kind="gap", key=KEY, text="  Vrai  aussi chez nous ", by=person)
    two = comment_finding(kind="gap", key=KEY, text="Et ailleurs", by=person)

    assert one.text == "Vrai aussi chez nous"
    assert one.finding == two.finding
    assert (one.finding.territory.code, one.finding.category) == ("DEP-62", "friche")
    assert Event.objects.filter(target_type="finding").count() == 2
    assert "Vrai" not in str(Event.objects.filter(target_type="finding").values_list("facts", "snapshot"))


@pytest.mark.parametrize(
    ("kind", "key", "text", "code"),
    [
        ("gap", KEY, " ", "comment_empty"),
        ("gap", KEY, "x" * 2001, "comment_too_long"),
        ("gap", "DEP-62 inconnue", "x", "finding_unknown"),
        ("gap", "DEP-99 friche", "x", "territory_unknown"),
        ("autre", KEY, "x", "finding_unknown"),
    ],
)
def test_what_is_refused(world, kind, key, text, code):
    with pytest.raises(Refused, match=code):
        comment_finding(kind=kind, key=key, text=text, by=a_person())

    assert not Finding.objects.exists()


def test_visitors_say_nothing_and_only_animateurs_entrust(world):
    visitor, contributor = (a_person(f"{role}@exemple.test", role) for role in (Role.VISITOR, Role.CONTRIBUTOR))

    with pytest.raises(Refused, match="contributors_only"):
        comment_finding(kind="gap", key=KEY, text="x", by=visitor)
    with pytest.raises(Refused, match="contributors_only"):
        need_from_finding(key=KEY, text="x", by=visitor)
    with pytest.raises(Refused, match="animators_only"):
        entrust_finding(kind="gap", key=KEY, organisation=organisation(), by=contributor)


def test_a_finding_is_entrusted_to_one_organisation_or_to_nobody(world):
    animator = a_person()

    entrusted = entrust_finding(kind="overlap", key="a b", organisation=organisation(), by=animator)
    freed = entrust_finding(kind="overlap", key="a b", organisation=None, by=animator)

    assert entrusted.pk == freed.pk
    assert Finding.objects.get().entrusted_to is None


def test_a_gap_becomes_one_need_that_waits_for_a_person(world):
    person = a_person()

    need = need_from_finding(key=KEY, text="Dépolluer les friches du bassin", stage="DESIGN", by=person)

    assert (need.status, need.territory.code, need.stage) == (Status.REVIEW, "DEP-62", "DESIGN")
    assert [each.code for each in need.categories.all()] == ["friche"]
    with pytest.raises(Refused, match="finding_has_need"):
        need_from_finding(key=KEY, text="Encore", by=person)
    review_need(need=need, to=Status.ARCHIVED, by=person)
    assert need_from_finding(key=KEY, text="Autrement", by=person).pk != need.pk
    with pytest.raises(Invalid, match="need_empty"):
        need_from_finding(key="DEP-34 friche", text=" ", by=person)
