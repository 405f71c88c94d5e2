"""A national sheet that changes, and its local variants."""

from __future__ import annotations

import pytest

from maillage.accounts.models import User
from maillage.curation import actions
from maillage.curation.actions.variants import followed_fields
from maillage.curation.models import Proposal
from maillage.curation.queries import pending_proposals
from maillage.inventory.actions import put_programmes
from maillage.inventory.models import Programme
from maillage.inventory.queries import programme_record
from tests.factories.imports import a_row, a_table, imported, proposed, ready
from tests.factories.records import a_programme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready() -> None:
    ready()


@pytest.fixture
def person() -> User:
    return User.objects.create_user("relectrice@exemple.test", role="animator")


@pytest.fixture
def national(tmp_path) -> Programme:
    """A national sheet of a source, a variant that follows it, and one that words it otherwise."""
    imported(a_table(tmp_path, [a_row("N")]))
    row = Programme.objects.get(origin_id="N")
    told = programme_record(row)
    said = {"variant_of": row.slug, "zones": ("COM-62041",), "closes_on": told.closes_on}
    put_programmes(
        [
            a_programme("Suiveuse", slug="suiveuse", description=told.description, contact_desk="Arras", **said),
            a_programme("Libre", slug="libre", description="Écrit ici.", contact_desk="Lens", **said),
        ],
        by=None,
    )
    return row


def of(slug: str):
    return programme_record(Programme.objects.get(slug=slug))


def changed(tmp_path, person) -> None:
    proposed(a_table(tmp_path, [a_row("N", texte="Un texte neuf.", page="https://exemple.test/neuf")]))
    actions.accept(proposal=pending_proposals().get(), by=person)


def test_a_field_follows_where_nobody_wrote_it_otherwise(national, tmp_path, person):
    changed(tmp_path, person)

    followed = of("suiveuse")
    assert followed.description == "Un texte neuf."
    assert (followed.contact_desk, followed.zones, followed.title) == ("Arras", ("COM-62041",), "Suiveuse")
    assert followed.source_url == "https://exemple.test/fiche", "its own source stays its own"


def test_what_was_written_otherwise_waits_with_both_texts(national, tmp_path, person):
    changed(tmp_path, person)

    waiting = pending_proposals().get()
    assert waiting.programme.slug == "libre"
    assert waiting.reasons[0][0] == "national_changed"
    said = {found["field"]: (found["before"], found["after"]) for found in waiting.differences}
    assert said == {"description": ("Écrit ici.", "Un texte neuf.")}
    assert of("libre").description == "Écrit ici."

    actions.accept(proposal=waiting, by=person)
    assert (of("libre").description, of("libre").contact_desk) == ("Un texte neuf.", "Lens")


def test_refusing_keeps_the_local_text_and_the_next_change_asks_once(national, tmp_path, person):
    changed(tmp_path, person)
    actions.refuse(proposal=pending_proposals().get(), by=person)
    for text in ("Encore neuf.", "Plus neuf encore."):
        proposed(a_table(tmp_path, [a_row("N", texte=text)]))
        actions.accept(proposal=pending_proposals().filter(programme=national).get(), by=person)

    waiting = pending_proposals().get()
    assert waiting.differences[0]["after"] == "Plus neuf encore."
    assert of("libre").description == "Écrit ici."


def test_a_safe_field_that_moves_alone_moves_the_variants_too(national, tmp_path):
    proposed(a_table(tmp_path, [a_row("N", fin="2027-06-30")]))

    assert {of(slug).closes_on.isoformat() for slug in ("suiveuse", "libre")} == {"2027-06-30"}


def test_a_trusted_import_never_writes_over_a_local_text(national, tmp_path):
    imported(a_table(tmp_path, [a_row("N", texte="Un texte neuf.")]))

    assert (of("suiveuse").description, of("libre").description) == ("Un texte neuf.", "Écrit ici.")
    assert Proposal.objects.filter(state="pending").count() == 1


def test_what_makes_a_sheet_local_never_follows():
    local = {"operators", "zones", "contact_desk", "contact_url", "source_url", "title", "status", "echelon"}

    assert not local & followed_fields().keys()
    assert all(why.endswith(".") for why in followed_fields().values())
