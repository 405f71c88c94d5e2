"""Evaluations as pages: answered from a phone without an account, read by all once closed, counted in a file."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import timezone

from maillage.accounts.models import Role, User
from maillage.core.surveying import Subject, codes_of
from maillage.dialogue.actions.attending import welcome_guest
from maillage.dialogue.actions.surveying import answer_survey
from maillage.dialogue.links import survey_word
from maillage.dialogue.models import Cycle, Registration, Survey, SurveyAnswer
from tests.dialogue.test_surveys import held, marks, who_came
from tests.factories.dialogue import speaker_of
from tests.web.conftest import signed_in
from tests.web.test_dialogue import HOSTILE, words

OPEN = "/animation/dialogue/22/evaluation"
DAY = {"jusqu": timezone.localdate().isoformat()}


@pytest.fixture
def leader(animator) -> User:
    return User.objects.get(role=Role.ANIMATOR)


@pytest.fixture
def survey(leader, animator) -> Survey:
    """Open, for a session where fifteen of sixteen came."""
    held(leader, people=16, seats=30)
    assert animator.post(OPEN, DAY).status_code == 302
    return Survey.objects.get()


def sheet(mark: int = 3, **other: str) -> dict[str, str]:
    return {f"note-{code}": str(mark) for code in codes_of(Subject.SESSION)} | other


def test_a_delegate_answers_once_without_an_account_and_a_refused_sheet_comes_back(survey, client):
    link = f"/dialogue/avis/{survey_word(survey, who_came(survey.session)[0])}"
    assert "Le temps a été bien employé." in words(client, link)

    half = client.post(link, {"note-aims": "2", "mots": "Gardez-moi."})
    done = client.post(link, sheet(nature="PUBLIC", mots=HOSTILE))
    again = client.post(link, sheet())

    assert half.status_code == 409
    assert "Gardez-moi." in half.content.decode()
    assert 'name="note-aims" value="2" required checked' in half.content.decode()
    assert (done.status_code, again.status_code) == (200, 409)
    assert SurveyAnswer.objects.get().marks == marks(mark=3)
    assert "Ce lien a déjà servi" in words(client, link)
    assert client.get("/dialogue/avis/faux").status_code == 400


def test_the_room_is_shown_a_code_and_answers_once_per_browser(survey, leader, animator, contributor, client):
    shown = survey.get_absolute_url()
    assert "À montrer dans la salle" not in words(animator, shown), "nobody came unregistered"
    organisation = who_came(survey.session)[0].organisation
    for name in ("Camille", "Dominique"):
        welcome_guest(session=survey.session, organisation=organisation, name=name, mode="on_site", by=leader)

    page = animator.get(shown).content.decode()
    link = page.partition('href="http://testserver')[2].partition('"')[0]

    assert link.startswith("/dialogue/avis/salle/")
    assert 'class="room__code"' in page
    assert "À montrer dans la salle" not in words(contributor, shown)
    assert client.post(link, sheet()).status_code == 200
    assert client.post(link, sheet()).status_code == 409
    assert "Ce navigateur a déjà répondu" in words(client, link)
    assert contributor.post(link, sheet()).status_code == 200
    assert animator.post(link, sheet()).status_code == 409
    assert SurveyAnswer.objects.count() == 2
    assert client.get("/dialogue/avis/salle/faux").status_code == 400


def test_counts_appear_at_closing_by_nature_too_and_words_for_animateurs(survey, animator, contributor, client):
    for place, registration in enumerate(who_came(survey.session)[:13]):
        said = {"nature": "PUBLIC" if place < 6 else "CATALYST", "words": HOSTILE if place == 0 else ""}
        answer_survey(survey=survey, registration=registration, marks=marks(mark=4 if place < 6 else 2), **said)
    page, table = survey.get_absolute_url(), f"/animation/dialogue/evaluations/{survey.uid}.csv"
    assert "13 réponses anonymes" in words(client, page)
    assert "tout à fait" not in words(client, page)
    assert animator.get(table).status_code == 404

    assert contributor.post(f"/animation/dialogue/evaluations/{survey.uid}/clore").status_code == 403
    animator.post(f"/animation/dialogue/evaluations/{survey.uid}/clore")

    shown = words(client, page)
    assert "2,9" in shown
    assert "Ingénierie publique" in shown
    assert "Ce qui a été écrit" not in shown
    assert "Ce qui a été écrit" in words(animator, page)
    assert "<script>alert" not in animator.get(page).content.decode()
    assert contributor.get(table).status_code == 403
    rows = list(csv.reader(io.StringIO(animator.get(table).content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:3] == ["groupe", "question", "texte"]
    assert {row[0] for row in rows[1:]} == {
        "toutes les réponses",
        "Ingénierie publique",
        "Catalyse entre mondes",
        "commentaire",
    }
    assert rows[1][3:] == ["13", "0", "0", "7", "0", "6", "2,9"]


def test_few_answers_never_appear(survey, animator, client):
    for registration in who_came(survey.session)[:5]:
        answer_survey(survey=survey, registration=registration, marks=marks())
    animator.post(f"/animation/dialogue/evaluations/{survey.uid}/clore")

    assert "Cinq réponses ou moins" in words(client, survey.get_absolute_url())
    assert animator.get(f"/animation/dialogue/evaluations/{survey.uid}.csv").status_code == 404


def test_who_speaks_for_one_that_came_answers_from_the_session_page(survey, client):
    came, absent = (
        Registration.objects.select_related("organisation").get(organisation__slug=f"structure-{number}")
        for number in (0, 15)
    )
    there, elsewhere = (signed_in(speaker_of(row.organisation)) for row in (came, absent))

    assert "Donner un avis pour Structure 0" in words(there, "/dialogue/sessions/22")
    assert "Donner un avis" not in words(elsewhere, "/dialogue/sessions/22")
    assert "Donner un avis" not in words(client, "/dialogue/sessions/22")


def test_a_cycle_is_evaluated_and_its_export_says_it(leader, animator, contributor, client):
    cycle = Cycle.objects.create(slug="essai", title="Essai")
    session = held(leader, cycle="essai")
    address = "/animation/dialogue/cycles/essai/evaluation"
    assert contributor.post(address, DAY).status_code == 403
    assert animator.post(address, {"jusqu": "hier"}).status_code == 302
    assert not Survey.objects.exists()

    animator.post(address, DAY)
    survey = Survey.objects.get(cycle=cycle)
    for registration in who_came(session)[:6]:
        answer_survey(survey=survey, registration=registration, marks=marks(Subject.CYCLE))
    assert client.get("/dialogue/cycles/essai.json").json()["survey"] is None
    animator.post(f"/animation/dialogue/evaluations/{survey.uid}/clore")

    shown = words(client, survey.get_absolute_url())
    assert [name for name in ("La confiance", "Fiabilité", "Contribution sociétale") if name not in shown] == []
    assert client.get("/dialogue/cycles/essai.json").json()["survey"]["answers"] == 6
    assert survey.get_absolute_url() in client.get("/dialogue/cycles/essai").content.decode()
