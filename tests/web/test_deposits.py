"""A table brought by a page, without JavaScript: described, previewed, remembered, proposed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.accounts.models import Role
from maillage.curation.models import Proposal
from maillage.harvest.models import Deposit, Source
from tests.web.conftest import person, signed_in

TABLE = (
    "Réf;Intitulé;Résumé;Structure;Type;Lieu\n"
    "A1;Appui aux lavoirs;Remettre en état un lavoir communal.;Syndicat d’exemple;Subvention;DEP-62\n"
    "A2;Conseil aux puits;Un conseil sur les puits.;Syndicat d’exemple;Coup de main;DEP-62\n"
    "A3;;Sans titre.;Syndicat d’exemple;Subvention;DEP-62\n"
)


def brought(client, text: str | bytes = TABLE, name: str = "aides.csv"):
    data = text.encode() if isinstance(text, str) else text
    return client.post("/mon-espace/fichiers", {"fichier": SimpleUploadedFile(name, data)})


@pytest.fixture
def address(contributor) -> str:
    return str(brought(contributor).headers["Location"])


def described(**said: str) -> dict[str, str]:
    """What the page sends: each column of TABLE, and the word nobody knows."""
    fields = ("origin_id", "title", "description", "operator", "aid_types", "zones")
    sent = {f"champ-{place}": field for place, field in enumerate(fields)}
    return (
        sent | {"source": "Aides du Ternois", "licence": "Licence Ouverte", "mot-4-1": "technical_engineering"} | said
    )


def test_columns_are_guessed_from_their_names_and_twenty_sheets_are_shown(address, contributor):
    page = contributor.get(address).content.decode()

    assert page.count("suggéré") >= 5
    assert "Appui aux lavoirs" in page
    assert "Coup de main" in page
    assert "refusée" in page
    assert "encodage UTF-8" in page


def test_what_is_said_is_kept_at_each_submit_and_the_preview_follows(address, contributor):
    contributor.post(address, described(voir="1"))

    row = Deposit.objects.get()
    page = contributor.get(address).content.decode()
    assert (row.source_name, row.licence, row.state) == ("Aides du Ternois", "Licence Ouverte", "open")
    assert "Coup de main;aid_types;technical_engineering" in row.mapping
    assert 'value="Aides du Ternois"' in page
    assert not Source.objects.filter(slug="aides-du-ternois").exists()


def test_the_import_makes_proposals_and_publishes_nothing(address, contributor, animator):
    done = contributor.post(address, described(importer="1"), follow=True).content.decode()

    assert "Lignes refusées" in done
    assert "2 fiches attendent un animateur" in done
    proposals = Proposal.objects.filter(state="pending").order_by("id")
    assert [row.title for row in proposals] == ["Appui aux lavoirs", "Conseil aux puits"]
    assert [row.record["aid_types"] for row in proposals] == [["grant"], ["technical_engineering"]]
    assert "Appui aux lavoirs" in animator.get("/animation/propositions").content.decode()


def test_the_mapping_is_remembered_for_the_next_file_of_the_same_shape(address, contributor):
    contributor.post(address, described(importer="1"))
    again = brought(contributor, TABLE.replace("A2;Conseil aux puits", "A4;Conseil aux mares"), "aides-2.csv")

    page = contributor.get(again.headers["Location"]).content.decode()

    assert 'value="Aides du Ternois"' in page
    assert "Conseil aux mares" in page
    assert "Coup de main;aid_types;technical_engineering" in Deposit.objects.order_by("-id")[0].mapping


def test_what_no_line_says_is_said_once_for_all(address, contributor):
    sent = described(importer="1") | {"champ-5": "", "partout-zones": "DEP-62", "partout-natures": "PUBLIC"}

    contributor.post(address, sent)

    record = Proposal.objects.order_by("id")[0].record
    assert (record["zones"], record["natures"]) == (["DEP-62"], ["PUBLIC"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"source": ""}, "Donnez un nom à la source"),
        ({"champ-1": ""}, "Dites quelle colonne donne le titre"),
        ({"source": "Schema national"}, None),
    ],
    ids=["no name", "no title", "a free name"],
)
def test_an_import_that_cannot_work_says_why_and_keeps_what_was_said(address, contributor, said, expected):
    response = contributor.post(address, described(importer="1") | said)

    if expected is None:
        assert response.status_code == 302
        return
    assert response.status_code == 400
    assert expected in response.content.decode()
    assert Deposit.objects.get().licence == "Licence Ouverte"
    assert not Proposal.objects.exists()


def test_nobody_takes_the_source_of_another(address, contributor):
    contributor.post(address, described(importer="1"))
    other = signed_in(person(Role.CONTRIBUTOR, "autre@exemple.test"))
    mine = brought(other, TABLE.replace("A1", "B1")).headers["Location"]

    response = other.post(mine, described(importer="1"))

    assert response.status_code == 400
    assert "porte déjà le nom" in response.content.decode()


def test_a_deposit_is_its_owner_s_and_the_animators(address, contributor, animator, visitor):
    other = signed_in(person(Role.CONTRIBUTOR, "autre@exemple.test"))

    seen = [who.get(address).status_code for who in (contributor, animator, other, visitor)]

    assert seen == [200, 200, 404, 403]
    assert other.post(address, described(importer="1")).status_code == 404
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7 ...", "est un document PDF"),
        (b"<!doctype html><html></html>", "est une page web"),
        (b"", "vide"),
        (b"PK\x03\x04 truncated", "abîmé ou incomplet"),
    ],
    ids=["pdf", "page", "empty", "zip"],
)
def test_what_is_no_table_is_refused_in_words(contributor, data, expected):
    response = brought(contributor, data, "tableau.csv")

    assert response.status_code == 400
    assert expected in response.content.decode()
    assert not Deposit.objects.exists()


def test_a_large_file_waits_for_the_worker_and_is_read_by_it(contributor, monkeypatch):
    from maillage.curation.actions import import_waiting
    from maillage.web.pages import deposits

    monkeypatch.setattr(deposits, "AT_ONCE_BYTES", 10)
    address = brought(contributor).headers["Location"]

    page = contributor.post(address, described(importer="1"), follow=True).content.decode()
    assert "La lecture est en cours" in page
    assert not Proposal.objects.exists()

    assert import_waiting(progress=lambda _part, _done, _total: None) == 1
    assert "2 fiches attendent un animateur" in contributor.get(address).content.decode()
    assert import_waiting(progress=lambda _part, _done, _total: None) == 0


def test_the_mapping_downloads_as_the_terminal_reads_it(address, contributor):
    from maillage.harvest.queries import table_connector

    contributor.post(address, described(voir="1"))

    text = contributor.get(f"{address}/correspondance.csv").content.decode("utf-8-sig")

    assert "title" in {group.field for group in table_connector(slug="x", name="x", mapping=text).mapping.groups}


def known_table() -> bytes:
    """A file in the exact shape of a source we know, written by us."""
    from pathlib import Path

    from maillage.connectors import national_schema

    folder = Path(national_schema.__file__).parent / "sample"
    return next(path for path in sorted(folder.iterdir()) if path.suffix == ".csv").read_bytes()


def test_a_file_of_a_source_we_know_is_read_as_it_by_an_animator_alone(contributor, animator):
    mine = brought(contributor, known_table(), "national.csv").headers["Location"]
    theirs = brought(animator, known_table(), "national.csv").headers["Location"]
    assert "Lire comme cette source" not in contributor.get(mine).content.decode()
    assert "Lire comme cette source" in animator.get(theirs).content.decode()

    refused = contributor.post(mine, {"tel-quel": "1"})
    read = animator.post(theirs, {"tel-quel": "1"})

    assert (refused.status_code, read.status_code) == (400, 302)
    row = Deposit.objects.get(by__email="animateur@exemple.test")
    assert (row.state, row.source.connector) == ("done", "schema-national")
    assert Proposal.objects.filter(source=row.source).exists()


def test_a_request_that_announces_a_gigabyte_is_refused_before_it_is_read(contributor):
    sent = {"fichier": SimpleUploadedFile("t.csv", TABLE.encode())}

    response = contributor.post("/mon-espace/fichiers", sent, CONTENT_LENGTH=str(1024**3))

    assert response.status_code == 400
    assert not Deposit.objects.exists()
