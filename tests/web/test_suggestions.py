"""A suggested link can be refused once and for all, by an animateur."""

from __future__ import annotations

from dataclasses import replace

from maillage.actors.actions import put_organisations
from maillage.core.vocabulary import Status
from maillage.inventory.actions import put_programmes
from maillage.search import actions
from tests.factories.records import an_operator, an_organisation
from tests.web.conftest import RECORDS

ASKED = "/repondre?besoin=une+friche&territoire=COM-62041"
MARK = ">suggéré</span>"
BUTTON = "Écarter pour toujours"


def a_second_diagnostic() -> None:
    """The same object as « Diagnostic de friche », by someone else, whom nobody linked to it."""
    put_organisations([an_organisation("Bureau des friches", slug="bureau-friches")], by=None)
    twin = replace(
        RECORDS[1], slug="regard-friche", title="Diagnostic de la friche", operators=(an_operator("bureau-friches"),)
    )
    put_programmes([replace(twin, uid="", status=Status.PUBLISHED.value)], by=None)
    actions.rebuild()


def test_a_refused_suggestion_is_shown_to_nobody_again(animator, client):
    a_second_diagnostic()
    before = animator.get(ASKED).content.decode()

    answer = animator.post(
        "/liens/ecarter",
        {"de": "diagnostic-friche", "vers": "regard-friche", "type": "overlaps", "retour": ASKED},
    )

    assert BUTTON in before
    assert (answer.status_code, answer.headers["Location"]) == (302, ASKED)
    assert BUTTON not in animator.get(ASKED).content.decode()
    assert MARK not in client.get(ASKED).content.decode()


def test_only_an_animateur_sees_the_button(visitor):
    a_second_diagnostic()

    page = visitor.get(ASKED).content.decode()

    assert MARK in page
    assert BUTTON not in page


def test_a_refusal_never_leads_away_from_the_house(animator):
    sent = {
        "de": "diagnostic-friche",
        "vers": "recyclage-friches",
        "type": "overlaps",
        "retour": "https://ailleurs.test/",
    }

    assert animator.post("/liens/ecarter", sent).headers["Location"] == "/animation"


def test_an_unknown_end_is_said_and_changes_nothing(animator):
    sent = {"de": "nulle-part", "vers": "recyclage-friches", "type": "overlaps", "retour": "/animation"}

    answer = animator.post("/liens/ecarter", sent, follow=True)

    assert "nulle-part" in answer.content.decode()
