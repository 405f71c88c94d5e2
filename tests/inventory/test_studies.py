"""Needs studies: who may bring and publish one, coding in one line, the text of its PDF, import from a table."""

from __future__ import annotations

import io

import pytest

from maillage.accounts.models import Event, Role, User
from maillage.core.errors import Invalid, Refused
from maillage.core.records import StudyRecord
from maillage.core.tagging import natures_said
from maillage.core.vocabulary import Status
from maillage.core.wording import expectation
from maillage.inventory.actions import (
    attach_document,
    code_needs,
    decide_suggestions,
    drop_need,
    import_studies,
    move_study,
    put_study,
    read_document_soon,
    read_documents,
)
from maillage.inventory.models import Need, NeedStudy, StudyDocument
from maillage.inventory.queries import needs_to_review
from maillage.inventory.studies import NeedLine, coded_needs, document_path, may_edit_study, suggestions
from maillage.inventory.study_table import COLUMNS, read_table, template
from tests.factories.documents import a_pdf
from tests.factories.rows import a_person, make_world

pytestmark = pytest.mark.django_db
RECORD = StudyRecord(title="Enquête sur l’eau", publisher="Observatoire d’exemple", url="https://exemple.test/etude")


@pytest.fixture(autouse=True)
def world(settings, tmp_path):
    settings.VAR = tmp_path
    make_world()


@pytest.fixture
def contributor() -> User:
    return a_person("contributrice@exemple.test", Role.CONTRIBUTOR)


@pytest.fixture
def animator() -> User:
    return a_person()


@pytest.fixture
def study(contributor) -> NeedStudy:
    return put_study(RECORD, by=contributor)


def code(study, by, *texts, **said):
    return code_needs(study=study, lines=[NeedLine(text=text, **said) for text in texts], by=by)


def refusal(call) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


# Who may


def test_a_visitor_brings_nothing():
    visitor = a_person("visiteuse@exemple.test", Role.VISITOR)

    assert refusal(lambda: put_study(RECORD, by=visitor)) == "contributors_only"


def test_a_study_is_its_author_s_until_published_and_the_animator_s_always(study, contributor, animator):
    other = a_person("autre@exemple.test", Role.CONTRIBUTOR)

    before = [may_edit_study(user, study) for user in (contributor, other, animator)]
    move_study(study=study, to=Status.PUBLISHED, by=animator)

    assert before == [True, False, True]
    assert [may_edit_study(user, study) for user in (contributor, other, animator)] == [False, False, True]
    assert refusal(lambda: code(study, contributor, "Un besoin")) == "study_not_yours"


def test_its_author_submits_and_does_not_publish(study, contributor):
    move_study(study=study, to=Status.REVIEW, by=contributor)

    assert refusal(lambda: move_study(study=study, to=Status.PUBLISHED, by=contributor)) == "animators_only"
    assert NeedStudy.objects.get().status == Status.REVIEW


def test_needs_are_published_with_their_study_and_wait_nowhere_else(study, contributor, animator):
    code(study, contributor, "Un puits communal", "Un réseau qui ne fuit pas")
    assert list(needs_to_review()) == []

    move_study(study=study, to=Status.PUBLISHED, by=animator)

    assert {need.status for need in Need.objects.all()} == {Status.PUBLISHED}
    assert Event.objects.filter(target_type="need", verb="published").count() == 2


def test_a_published_study_names_its_source(contributor, animator):
    bare = put_study(StudyRecord(title="Sans source", publisher="Quelqu’un"), by=contributor)

    assert refusal(lambda: move_study(study=bare, to=Status.PUBLISHED, by=animator)) == "missing_source"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"title": ""}, "field_required"),
        ({"title": "x" * 301}, "field_too_long"),
        ({"url": "javascript:alert(1)"}, "not_a_web_address"),
    ],
    ids=["no title", "long title", "script"],
)
def test_a_study_that_breaks_a_rule_is_refused(contributor, said, expected):
    record = StudyRecord(**{"title": "Titre", "publisher": "Éditeur"} | said)

    assert refusal(lambda: put_study(record, by=contributor)) == expected
    assert not NeedStudy.objects.exists()


# Coding


def test_a_line_becomes_a_need_at_the_place_of_the_study_with_suggestions(contributor):
    record = StudyRecord(title="À Arras", publisher="Observatoire", territory="COM-62041")
    study = put_study(record, by=contributor)

    (coded,) = code(study, contributor, "  Un  diagnostic de friche, en faisant travailler ensemble les acteurs ")

    need = coded.need
    assert (coded.state, need.text[:13], need.territory.code) == ("created", "Un diagnostic", "COM-62041")
    assert (need.stage, need.origin, need.status) == ("", "study", "review")
    assert need.suggested["stage"]["codes"] == ["EMERGENCE"]
    assert need.suggested["nature"]["codes"] == ["CATALYST"]
    assert "friche" in need.suggested["categories"]["codes"]
    assert "friche" in need.suggested["categories"]["words"]


def test_what_a_person_says_is_not_suggested(study, contributor):
    (coded,) = code(study, contributor, "Un diagnostic de friche", stage="DESIGN", categories=("friche",))

    assert coded.need.stage == "DESIGN"
    assert "stage" not in coded.need.suggested
    assert "categories" not in coded.need.suggested


def test_a_suggestion_kept_is_written_and_one_refused_never_comes_back(study, contributor):
    need = code(study, contributor, "Un diagnostic de friche")[0].need

    decide_suggestions(study=study, taken={str(need.uid): ["categories"]}, by=contributor)
    decide_suggestions(study=study, taken={str(need.uid): ["stage"]}, by=contributor)

    need.refresh_from_db()
    assert [category.code for category in need.categories.all()] == ["friche"]
    assert (need.stage, need.suggested) == ("", {})


def test_the_same_words_are_one_need_and_a_wrong_line_stops_no_other(study, contributor):
    first = code(study, contributor, "Un puits", "UN  PUITS", "", "x" * 1001, "Un lavoir")
    again = code(study, contributor, "un puits")

    assert [one.state for one in first] == ["created", "same", "refused", "refused", "created"]
    assert [one.refusal.code for one in first if one.refusal] == ["need_empty", "need_too_long"]
    assert (again[0].state, Need.objects.count()) == ("same", 2)


def test_a_coded_need_is_corrected_in_place_or_set_aside(study, contributor):
    need = code(study, contributor, "Un puit")[0].need

    code(study, contributor, "Un puits", uid=str(need.uid))
    assert [one.text for one in coded_needs(study)] == ["Un puits"]

    drop_need(need=Need.objects.get(), by=contributor)
    assert list(coded_needs(study)) == []
    assert Need.objects.get().status == Status.ARCHIVED


def test_a_need_of_another_study_is_not_corrected_here(study, contributor):
    elsewhere = put_study(StudyRecord(title="Ailleurs", publisher="Éditeur"), by=contributor)
    need = code(elsewhere, contributor, "Un puits")[0].need

    (outcome,) = code(study, contributor, "Volé", uid=str(need.uid))

    assert (outcome.state, outcome.refusal.code) == ("refused", "need_unknown")
    assert Need.objects.get().text == "Un puits"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mettre les acteurs autour de la table", ["CATALYST"]),
        ("Recruter un chef de projet", ["PROJECT"]),
        ("Une assistance technique départementale", ["PUBLIC"]),
        ("Repeindre l’école", []),
    ],
)
def test_the_nature_called_for_is_read_in_the_words(text, expected):
    assert [tag.code for tag in natures_said(text)] == expected


def test_a_text_without_a_clue_suggests_nothing():
    assert suggestions("Bonjour") == {}


# The file


def attach(study, by, data: bytes, name: str = "etude.pdf"):
    return attach_document(study=study, name=name, chunks=iter([data]), by=by)


def test_the_text_of_a_pdf_is_read_page_by_page(study, contributor):
    attach(study, contributor, a_pdf("Les communes manquent d’ingénierie.", "Deuxième page."))
    assert StudyDocument.objects.get().state == "waiting"

    assert read_documents() == 1

    held = StudyDocument.objects.get()
    assert (held.state, held.page_count, held.is_cut) == ("read", 2, False)
    assert "manquent" in held.pages[0]
    assert "page" in held.pages[1]
    assert read_documents() == 0


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<html><script>alert(1)</script>", "file_is_not_pdf"),
        (b"MZ\x90\x00 an executable", "file_is_not_pdf"),
        (b"", "file_empty"),
        (b"%PDF-1.7\n" + b"0" * (31 * 1024 * 1024), "file_too_heavy"),
    ],
    ids=["page", "executable", "empty", "heavy"],
)
def test_what_is_not_a_pdf_is_refused_whatever_its_name_and_leaves_nothing(
    study, contributor, data, expected, tmp_path
):
    assert refusal(lambda: attach(study, contributor, data)) == expected
    assert not StudyDocument.objects.exists()
    assert list((tmp_path / "etudes").iterdir()) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"%PDF-1.7\nrien de lisible", "pdf_damaged"), (a_pdf(""), "pdf_without_text")],
    ids=["damaged", "pictures"],
)
def test_a_pdf_that_cannot_be_read_is_kept_and_says_why(study, contributor, data, expected):
    attach(study, contributor, data)

    read_documents()

    held = StudyDocument.objects.get()
    assert (held.state, held.error) == ("failed", expected)
    assert document_path(held.sha256).read_bytes() == data


def test_a_pdf_that_swells_or_hangs_is_given_up(study, contributor):
    row = attach(study, contributor, swelling_pdf())

    read_document_soon(row)
    read_documents()

    held = StudyDocument.objects.get()
    assert held.state == "failed"
    assert held.error in ("pdf_too_heavy", "pdf_damaged", "pdf_without_text")


def swelling_pdf() -> bytes:
    """A page whose content is two gigabytes once unpacked."""
    import zlib

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1024**2) for _ in range(2048)) + packer.flush()
    return a_pdf(raw=packed)


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x\\é tude.pdf", 'a"b\r\nX: y.pdf', "." * 300])
def test_a_name_leads_nowhere(study, contributor, name):
    attach(study, contributor, a_pdf("x"), name)

    kept = StudyDocument.objects.get().name
    assert kept.endswith(".pdf")
    assert not set(kept) & set('/\\"\r\n')
    assert len(kept) <= 200


# The table

TABLE = f"""{";".join(COLUMNS)}
Enquête;Observatoire;2026-03-15;entretiens;1 200;COM-62041;https://e.test/;;;Un appui au montage;;Conception;;;friche
;;;;;;;;;Un lieu de rencontre;;;CATALYST;Commune;
Autre;Observatoire;15/03/2026;;;;;;;Une étude d’eau;COM-62119;;;;
"""


def imported(text: str, by: User, encoding: str = "utf-8"):
    return import_studies(read_table(text.encode(encoding), name="etudes.csv"), by=by)


def test_a_table_gives_its_studies_and_their_needs_once(contributor):
    first, second = imported(TABLE, contributor), imported(TABLE, contributor)

    assert (first.studies_created, first.needs_created, first.faults) == (2, 3, ())
    assert (second.studies_created, second.studies_found, second.needs_created, second.needs_same) == (0, 2, 0, 3)
    study = NeedStudy.objects.get(title="Enquête")
    assert (study.sample_size, study.territory.code, study.published_on.isoformat()) == (
        1200,
        "COM-62041",
        "2026-03-15",
    )
    assert [need.territory.code for need in Need.objects.order_by("id")] == ["COM-62041", "COM-62041", "COM-62119"]
    assert Need.objects.get(text="Un appui au montage").stage == "DESIGN"


def test_each_fault_is_told_with_its_line_and_costs_no_other(contributor):
    text = TABLE + (
        "Sans date;Obs;2026-02-31;;;;;;;x;;;;;\n"
        ";;;;;;;;;Bonne;Nullepartville;;;;\n"
        "Bonne étude;Obs;;;beaucoup;;;;;x;;;;;\n"
        "Sans éditeur;;;;;;;;;x;;;;;\n"
        "Enquête;Observatoire;;;;;;;;Une piste cyclable;;pas une étape;;;\n"
        "Enquête;Observatoire;;;;;;;;Une autre piste;;;;;\n"
    )

    done = imported(text, contributor)

    assert [(fault.line, fault.column) for fault in done.faults] == [
        (5, "date"),
        (6, "lieu"),
        (7, "echantillon"),
        (8, "editeur"),
        (9, "etape"),
    ]
    assert done.needs_created == 4
    assert all(expectation(fault.expected, fault.facts) for fault in done.faults)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_table_saved_by_a_spreadsheet_reads_the_same(contributor, encoding):
    assert imported(TABLE, contributor, encoding).needs_created == 3


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"", "file_empty"), (b"a;b\n1;2\n", "table_without_columns"), (b"x" * (6 * 1024**2), "file_too_heavy")],
)
def test_what_is_not_the_table_is_refused(data, expected):
    with pytest.raises(Invalid) as caught:
        read_table(data, name="t.csv")

    assert caught.value.code == expected


def test_the_template_reads_as_it_is_given(contributor):
    done = imported(template(), contributor)

    assert (done.studies_created, done.needs_created, done.faults) == (1, 1, ())


def test_a_table_overwrites_nothing_a_person_wrote(contributor):
    imported(TABLE, contributor)
    row = NeedStudy.objects.get(title="Autre")
    NeedStudy.objects.filter(pk=row.pk).update(method="Ateliers")

    imported(TABLE.replace("15/03/2026;;", "15/03/2026;questionnaire;"), contributor)

    assert NeedStudy.objects.get(title="Autre").method == "Ateliers"


def test_pypdf_reads_what_the_factory_writes():
    from pypdf import PdfReader

    assert len(PdfReader(io.BytesIO(a_pdf("un", "deux", "trois"))).pages) == 3
