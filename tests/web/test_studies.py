"""Bring a study and code it, without JavaScript: by role, by object, nothing typed is lost."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.accounts.models import Role
from maillage.inventory.models import Need, NeedStudy, StudyDocument
from tests.factories.documents import a_pdf
from tests.web.conftest import person, signed_in

FORM = {"title": "Enquête sur les friches", "publisher": "Observatoire d’exemple", "url": "https://exemple.test/e"}
CODE = "/mon-espace/etudes/enquete-sur-les-friches/coder"


def pdf(*pages: str, name: str = "enquête.pdf", kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_pdf(*pages), content_type=kind)


@pytest.fixture
def study(contributor) -> NeedStudy:
    response = contributor.post("/mon-espace/etudes/nouvelle", FORM | {"document": pdf("Il manque des ingénieurs.")})
    assert response.headers["Location"] == CODE
    return NeedStudy.objects.get()


def lines(*texts: str, **said: str) -> dict[str, str]:
    names = ("lieu", "theme", "etape", "nature", "public", "uid")
    sent = {f"texte-{rank}": text for rank, text in enumerate(texts)}
    return sent | {f"{name}-{rank}": said.get(name, "") for rank in range(len(texts)) for name in names}


def test_the_text_stands_beside_the_lines_and_each_submit_saves(study, contributor):
    page = contributor.get(CODE).content.decode()
    assert "Il manque des ing" in page
    assert page.count('name="texte-') == 5

    contributor.post(CODE, lines("Un diagnostic de friche", "", "Un tiers-lieu"))

    page = contributor.get(CODE).content.decode()
    assert "2 besoins codés" in page
    assert "Suggéré" in page
    assert "d’après" in page


def test_a_refused_line_comes_back_with_its_words_and_the_others_are_kept(study, contributor):
    sent = lines("Un puits", "Un lavoir") | {"lieu-1": "Nullepartville"}

    response = contributor.post(CODE, sent)

    page = response.content.decode()
    assert response.status_code == 400
    assert 'value="Un lavoir"' in page
    assert 'value="Nullepartville"' in page
    assert "n’est pas un territoire connu" in page
    assert [need.text for need in Need.objects.all()] == ["Un puits"]


def test_unticked_suggestions_are_refused_and_ticked_ones_kept_by_the_next_submit(study, contributor):
    contributor.post(CODE, lines("Un diagnostic de friche"))
    need = Need.objects.get()

    contributor.post(CODE, {"montre": str(need.uid), f"garder-{need.uid}": ["categories"]})

    need.refresh_from_db()
    assert [category.code for category in need.categories.all()] == ["friche"]
    assert (need.stage, need.suggested) == ("", {})
    assert "Suggéré" not in contributor.get(CODE).content.decode()


def test_a_need_is_corrected_then_set_aside(study, contributor):
    contributor.post(CODE, lines("Un puit"))
    need = Need.objects.get()
    assert 'value="Un puit"' in contributor.get(f"{CODE}?besoin={need.uid}").content.decode()

    contributor.post(CODE, lines("Un puits", uid=str(need.uid), etape="DESIGN"))
    need.refresh_from_db()
    assert (need.text, need.stage) == ("Un puits", "DESIGN")

    contributor.post(CODE.replace("coder", "retirer"), {"besoin": str(need.uid)})
    assert "Un puits" not in contributor.get(CODE).content.decode()


def test_a_contributor_submits_an_animator_publishes_and_the_public_reads(study, contributor, animator, client):
    contributor.post(CODE, lines("Un diagnostic de friche", theme="friche"))
    address = "/etudes/enquete-sur-les-friches"
    assert client.get(address).status_code == 404
    decision = CODE.replace("coder", "decision")

    contributor.post(decision, {"decision": "publier"})
    assert NeedStudy.objects.get().status == "draft"
    contributor.post(decision, {"decision": "soumettre"})
    assert "Enquête sur les friches" in animator.get("/animation").content.decode()
    animator.post(decision, {"decision": "publier"})

    page = client.get(address).content.decode()
    assert "1 besoin tiré de cette étude" in page
    assert "Un diagnostic de friche" in page
    assert contributor.get(CODE).status_code == 403


def test_the_file_is_a_download_that_no_browser_runs(study, contributor, animator, client):
    address = "/etudes/enquete-sur-les-friches/document"
    assert client.get(address).status_code == 404

    response = contributor.get(address)

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "enqu%C3%AAte.pdf" in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_a_page_named_pdf_is_refused_and_what_was_typed_stays(contributor):
    page = SimpleUploadedFile("etude.pdf", b"<html><script>alert(1)</script></html>", content_type="application/pdf")

    response = contributor.post("/mon-espace/etudes/nouvelle", FORM | {"document": page})

    assert response.status_code == 400
    assert "n’est pas un PDF" in response.content.decode()
    assert "Enquête sur les friches" in response.content.decode()
    assert not StudyDocument.objects.exists()


@pytest.mark.parametrize("path", ["", "/coder", "/retirer", "/decision"])
def test_nobody_touches_the_study_of_another(study, path, visitor):
    other = signed_in(person(Role.CONTRIBUTOR, "autre@exemple.test"))
    address = f"/mon-espace/etudes/enquete-sur-les-friches{path}"
    act = (lambda who: who.post(address, {})) if path in ("/retirer", "/decision") else (lambda who: who.get(address))

    assert (act(other).status_code, act(visitor).status_code) == (403, 403)


def test_a_table_is_imported_with_its_faults_line_by_line(contributor):
    template = contributor.get("/mon-espace/etudes/modele.csv")
    text = template.content.decode() + "Autre;Obs;hier;;;;;;;Un besoin;;;;;\r\n"

    page = contributor.post("/mon-espace/etudes/importer", {"tableau": SimpleUploadedFile("t.csv", text.encode())})

    body = page.content.decode()
    assert "1 étude nouvelle" in body
    assert "1 ligne à corriger" in body
    assert "une date, par exemple" in body
    assert NeedStudy.objects.count() == 1


def test_the_words_of_a_published_study_s_file_are_found(study, contributor, animator, client):
    from maillage.search.actions import catch_up

    animator.post(CODE.replace("coder", "decision"), {"decision": "publier"})
    while catch_up():
        pass

    assert "Enquête sur les friches" in client.get("/etudes?q=ingénieurs").content.decode()
