"""Syntheses and citations as pages: who reads, who amends, what paper holds, what a sheet was that day."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid

import pypdf
import pytest
from django.utils import timezone

from maillage.accounts.models import Role, User
from maillage.dialogue.actions.attending import welcome_guest
from maillage.dialogue.actions.noting import write_note
from maillage.dialogue.models import Amendment, Citation, Cycle, Session, Synthesis
from maillage.inventory.models import Programme
from tests.factories.dialogue import a_moment, a_session, some_organisations, speaker_of
from tests.web.conftest import signed_in
from tests.web.test_dialogue import HOSTILE, page, words

AT = "/animation/dialogue/22"
READ = "/dialogue/sessions/22/synthese"


@pytest.fixture
def leader(animator) -> User:
    return User.objects.get(role=Role.ANIMATOR)


@pytest.fixture
def room(leader, animator):
    """A session, one organisation there, and its synthesis."""
    session = a_session(leader, summary="Investir en commun.")
    organisations = some_organisations(2)
    welcome_guest(session=session, organisation=organisations[0], name="", mode="on_site", by=leader)
    animator.post(f"{AT}/synthese")
    return session, organisations


def opened(animator) -> None:
    day = (timezone.localdate() + dt.timedelta(days=2)).isoformat()
    animator.post(f"{AT}/synthese/etat", {"decision": "ouvrir", "jusqu": day})


def text_of(body: bytes) -> str:
    return " ".join(" ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(body)).pages).split())


def test_a_synthesis_is_read_by_more_people_at_each_step(room, animator, client):
    _, (one, other) = room
    there, elsewhere = signed_in(speaker_of(one)), signed_in(speaker_of(other))

    def readers() -> list[int]:
        return [each.get(READ).status_code for each in (animator, there, elsewhere, client)]

    assert readers() == [200, 404, 404, 404]
    opened(animator)
    assert readers() == [200, 200, 404, 404]
    animator.post(f"{AT}/synthese/etat", {"decision": "figer"})
    assert readers() == [200, 200, 200, 200]
    assert Synthesis.objects.get().sha256 in page(client, READ)
    assert client.get(f"{READ}.pdf").status_code == 200


def test_a_draft_holds_what_was_noted_moment_by_moment(leader, animator):
    session = a_session(leader)
    moment = a_moment(session, leader, "Tour de table")
    write_note(moment=moment, text="Trois friches attendent.", key=uuid.uuid4(), by=leader)

    animator.post(f"{AT}/synthese")

    body = Synthesis.objects.get().body
    assert "Tour de table" in body
    assert "- Trois friches attendent." in body


def test_who_was_there_amends_and_the_animateur_answers(room, animator):
    _, (one, other) = room
    opened(animator)
    there, elsewhere = signed_in(speaker_of(one)), signed_in(speaker_of(other))
    said = {"structure": one.slug, "passage": "Investir en commun.", "texte": "Investir ensemble.", "raison": "Clair."}

    assert elsewhere.post(f"{READ}/amender", said).status_code == 404
    assert there.post(f"{READ}/amender", {**said, "structure": other.slug}).status_code == 403
    wrong = there.post(f"{READ}/amender", {**said, "passage": "Jamais écrit."})
    assert wrong.status_code == 409
    assert "Investir ensemble." in wrong.content.decode(), "what was typed comes back"
    there.post(f"{READ}/amender", said)
    amendment = Amendment.objects.get()
    assert there.post(f"{AT}/amendements/{amendment.pk}", {"decision": "oui"}).status_code == 403
    animator.post(f"{AT}/amendements/{amendment.pk}", {"decision": "oui"})

    assert "Investir ensemble." in words(there, READ)


def test_the_second_to_write_sees_both_texts(room, animator):
    version = str(Synthesis.objects.get().version)
    animator.post(f"{AT}/synthese/ecrire", {"texte": "Le premier texte.", "vu": version})

    answer = animator.post(f"{AT}/synthese/ecrire", {"texte": "Le second texte.", "vu": version})

    assert answer.status_code == 409
    assert "Le premier texte." in answer.content.decode()
    assert "Le second texte." in answer.content.decode()
    assert Synthesis.objects.get().body == "Le premier texte."


def test_the_paper_says_the_words_fetches_nothing_and_gathers_a_cycle(room, animator, client):
    Session.objects.update(cycle=Cycle.objects.create(slug="essai", title="Essai"))
    assert client.get("/dialogue/cycles/essai/syntheses.pdf").status_code == 404
    body = f"## Élus\n\nL’œuvre commune. {HOSTILE} <link rel=stylesheet href=file:///etc/passwd>"
    version = str(Synthesis.objects.get().version)
    animator.post(f"{AT}/synthese/ecrire", {"texte": body, "vu": version})
    animator.post(f"{AT}/synthese/etat", {"decision": "figer"})

    for address in (f"{READ}.pdf", "/dialogue/cycles/essai/syntheses.pdf"):
        answer = client.get(address)
        assert answer.headers["Content-Type"] == "application/pdf"
        shown = text_of(answer.content)
        assert "L’œuvre commune." in shown
        assert "<script>alert(1)" in shown, "told as words, never run"
        assert "root:" not in shown


def test_hostile_words_never_become_markup(room, animator):
    _, (one, _) = room
    opened(animator)
    version = str(Synthesis.objects.get().version)
    animator.post(f"{AT}/synthese/ecrire", {"texte": f"## {HOSTILE}\n\n{HOSTILE}", "vu": version})
    animator.post(f"{READ}/amender", {"structure": one.slug, "passage": "", "texte": HOSTILE, "raison": HOSTILE})

    assert Amendment.objects.exists()
    assert not re.search(r"<script>alert|<img src=x", page(animator, READ) + page(animator, f"{AT}/synthese/ecrire"))


def test_a_programme_cited_keeps_its_state_of_that_day(room, animator, client):
    animator.post(
        f"{AT}/citations", {"adresse": "https://maillage.test/programmes/recyclage-friches?territoire=DEP-62"}
    )
    Programme.objects.filter(slug="recyclage-friches").update(title="Autre titre", promise="Autre promesse")

    shown = words(client, "/dialogue/sessions/22")

    assert "Recyclage des friches" in shown
    assert "Faites renaître une friche" in shown
    assert "tel que connu le" in shown
    assert "Autre promesse" not in shown
    animator.post(f"{AT}/citations", {"retirer": str(Citation.objects.get().pk)})
    assert not Citation.objects.exists()


@pytest.mark.parametrize(
    "address", ["", "/programmes/rien", "/besoins/pas-un-uuid", "/mon-espace", "file:///etc/passwd"]
)
def test_what_is_no_public_sheet_is_not_cited(room, animator, address):
    told = animator.post(f"{AT}/citations", {"adresse": address}, follow=True).content.decode()

    assert "n’est pas l’adresse d’une fiche" in told
    assert not Citation.objects.exists()


@pytest.mark.parametrize(
    "path", ["synthese", "synthese/ecrire", "synthese/etat", "citations", "amendements/1"], ids=lambda path: path
)
def test_syntheses_are_led_by_animateurs(room, contributor, client, path):
    assert client.post(f"{AT}/{path}").status_code == 302
    assert contributor.post(f"{AT}/{path}").status_code == 403
