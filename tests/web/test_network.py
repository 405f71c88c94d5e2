"""Réseau, liens manquants, la fiche d’une articulation: what each shows, who may decide, what it costs."""

from __future__ import annotations

import csv
import io
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import networkx as nx
import pytest

from maillage.accounts.models import Role
from maillage.actors.actions import put_organisations
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.articulation.actions import compute_missing_links
from maillage.articulation.models import ProposalState, ProposedLink
from maillage.inventory.actions import put_links, put_programmes
from maillage.inventory.models import Articulation, Programme
from tests.factories.records import TODAY, a_link, a_programme, an_operator, an_organisation
from tests.web.conftest import person, signed_in

SVG = "{http://www.w3.org/2000/svg}"
NATURES = ("PUBLIC", "PROJECT", "CATALYST")
STAGES = ("EMERGENCE", "DESIGN", "DELIVERY")


def text_of(page) -> str:
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))
    return words.replace("\u202f", " ").replace("\xa0", " ")


def put_offers(names: list[str]) -> None:
    """One offer per name, each by a body of that name, natures and stages taking turns."""
    put_organisations(
        [
            an_organisation(f"Organisme {name}", slug=f"org-{name}", natures=(NATURES[place % 3],))
            for place, name in enumerate(names)
        ],
        by=None,
    )
    put_programmes(
        [
            a_programme(
                f"Sobriété des bâtiments {name}",
                slug=name,
                natures=(NATURES[place % 3],),
                stages=(STAGES[place % 3],),
                categories=("friche",),
                operators=(an_operator(slug=f"org-{name}", name=f"Organisme {name}"),),
            )
            for place, name in enumerate(names)
        ],
        by=None,
    )


@pytest.fixture
def chain(commons):
    """Four offers by four bodies: a – b – c are linked in a chain, d stands apart; a and c should know each other."""
    put_offers(["a", "b", "c", "d"])
    put_links([a_link("a", "b"), a_link("b", "c", "complements")], by=None)
    compute_missing_links(today=TODAY)
    keeper = person(Role.CONTRIBUTOR, "porteur@exemple.test")
    organisation = Organisation.objects.get(slug="org-a")
    Membership.objects.create(user=keeper, organisation=organisation, state=MembershipState.CONFIRMED)
    return SimpleNamespace(
        keeper=signed_in(keeper), missing=ProposedLink.objects.get(origin__slug="a", target__slug="d")
    )


def rows_of(page) -> dict[str, str]:
    """The words of each row of the table, by name."""
    found = re.findall(r'<tr id="n-\d+">(.*?)</tr>', page.content.decode(), re.S)
    cells = [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).replace("\xa0", " ").replace("\u202f", " ") for row in found
    ]
    names = [re.search(r'<th scope="row" lang="fr"><a [^>]*>(.*?)</a>', row).group(1) for row in found]
    return dict(zip(names, cells, strict=True))


def test_the_network_says_in_words_who_holds_it_together(chain, client):
    page = client.get("/reseau")

    rows = rows_of(page)
    middle = rows["Organisme b"]
    assert "point de fragilité : sans lui, 1 perd le contact" in middle
    assert "relie les trois natures : 1 couple ne se rencontre que par lui" in middle
    assert "pont :" in middle
    assert "à l’écart du plus grand groupe" in rows["Organisme d"]
    assert "aucun lien déclaré" in rows["Organisme d"]
    assert "2 liens déclarés" in text_of(page)


def test_the_drawing_and_the_table_bear_the_same_numbers_and_shapes_say_the_nature(chain, client):
    page = client.get("/reseau?vue=offres").content.decode()

    drawn = re.findall(r'<a class="network__node" href="#n-(\d+)" aria-label="(\d+)\. ([^"]+)">', page)
    told = re.findall(r'<tr id="n-(\d+)">.*?<a href="/programmes/[^"]+">(.*?)</a>', page, re.S)
    assert [(number, name) for number, _, name in drawn] == told
    assert {"is-PUBLIC", "is-PROJECT", "is-CATALYST"} <= set(re.findall(r"is-[A-Z]+", page))
    assert len(re.findall(r"network__line is-bridge", page.partition("<figcaption>")[0])) == 3


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("montrer=fragiles", ["Organisme b"]),
        ("montrer=natures", ["Organisme b"]),
        ("montrer=ecart&vue=offres", ["Réseau des tiers-lieux", "Sobriété des bâtiments d"]),
        ("autour=org-a", ["Organisme b", "Organisme a"]),
        ("theme=Urbanisme+/+logement+/+aménagement&autour=org-b", ["Organisme b", "Organisme a", "Organisme c"]),
    ],
)
def test_each_figure_opens_its_list(chain, client, query, names):
    found = rows_of(client.get(f"/reseau?{query}"))

    assert set(names) <= set(found)
    assert query.startswith("montrer=ecart") or list(found) == names


def test_by_place_only_what_serves_it_counts(chain, client):
    put_programmes(
        [a_programme("Ailleurs", slug="ailleurs", zones=("DEP-34",), operators=(an_operator(slug="org-d"),))], by=None
    )

    assert "Ailleurs" in rows_of(client.get("/reseau?vue=offres&territoire=COM-34333"))
    assert "Ailleurs" not in rows_of(client.get("/reseau?vue=offres&territoire=COM-62041"))


@pytest.mark.parametrize(
    "query",
    ["vue=autre", "theme=Autre", "montrer=tout", "autour=personne", "inconnu=1", "territoire=COM-99999"],
)
def test_a_wrong_filter_is_named(chain, client, query):
    assert client.get(f"/reseau?{query}").status_code == 400
    assert client.get("/reseau?page=99").status_code == 404


def test_the_files_say_the_same_as_the_page(chain, client):
    lines = list(
        csv.reader(io.StringIO(client.get("/reseau.csv?vue=offres").content.decode("utf-8-sig")), delimiter=";")
    )
    graph = nx.parse_graphml(client.get("/reseau.graphml?vue=offres").content.decode())
    drawing = ElementTree.fromstring(client.get("/reseau.svg?vue=offres").content)

    assert [(row[0], row[2], row[4]) for row in lines[1:]] == [
        ("a", "b", "précède"),
        ("b", "c", "complète"),
        ("diagnostic-friche", "recyclage-friches", "précède"),
    ]
    assert re.fullmatch(r"http://testserver/articulations/[0-9a-f-]{36}", lines[1][6])
    assert set(graph.edges) == {("a", "b"), ("b", "c"), ("diagnostic-friche", "recyclage-friches")}
    assert graph.nodes["b"]["coupe"] == 1
    assert len(list(drawing.iter(f"{SVG}path"))) == graph.number_of_nodes()
    assert not list(drawing.iter(f"{SVG}a"))


def test_missing_links_say_why_and_what_they_would_mend(chain, client):
    page = client.get("/reseau/liens-manquants")

    told = text_of(page)
    assert "Sobriété des bâtiments a" in told
    assert "réparée" in told
    assert "traitent toutes deux de « Friche »" in told
    assert "Confirmer pour" not in told
    exported = client.get("/reseau/liens-manquants.csv").content.decode("utf-8-sig")
    assert len(exported.splitlines()) == 1 + ProposedLink.objects.filter(state="open").count()
    assert "Aucun lien de ce genre n’est suggéré." in text_of(client.get("/reseau/liens-manquants?type=replaces"))
    assert client.get("/reseau/liens-manquants?type=autre").status_code == 400


def test_the_sheet_of_a_documented_link_tells_its_source_and_both_sides(chain, client):
    link = Articulation.objects.get(from_programme__slug="a")

    told = text_of(client.get(f"/articulations/{link.uid}"))

    assert "La première étude ouvre droit à la seconde." in told
    assert "Page publique" in told
    assert "documentée" in told
    assert "Organisme b" in told
    assert client.get("/articulations/00000000-0000-4000-8000-000000000000").status_code == 404


def test_a_link_does_not_tell_the_title_of_a_sheet_nobody_published(chain, client, animator):
    Programme.objects.filter(slug="d").update(status="draft")

    assert client.get(chain.missing.get_absolute_url()).status_code == 404
    assert animator.get(chain.missing.get_absolute_url()).status_code == 200
    assert "Sobriété des bâtiments d" not in text_of(client.get("/reseau/liens-manquants"))
    assert "bâtiments d" not in client.get("/reseau.csv?vue=offres").content.decode()


def test_one_side_then_the_other_confirm_and_the_address_stays(chain, client, animator):
    address = chain.missing.get_absolute_url()
    assert "Confirmer pour le premier porteur" in text_of(chain.keeper.get(address))
    assert "Confirmer pour le second porteur" not in text_of(chain.keeper.get(address))

    chain.keeper.post(f"{address}/confirmer", {"cote": "origin"})
    assert "par Organisme a" in text_of(client.get(address))
    assert "1 articulation à confirmer" in text_of(animator.get("/animation"))
    assert "Un côté a dit oui 1" in text_of(animator.get("/animation/articulations"))
    animator.post(f"{address}/confirmer", {"cote": "target", "retour": "/animation/articulations"})

    told = text_of(client.get(address))
    assert "confirmée par les deux" in told
    assert "par l’animation, en son nom" in told
    assert Articulation.objects.filter(uid=chain.missing.uid, level="CONFIRMED").exists()
    assert "confirmé par les deux" in text_of(client.get("/programmes/a"))


def test_a_refusal_is_public_and_for_ever(chain, client):
    address = chain.missing.get_absolute_url()

    chain.keeper.post(f"{address}/ecarter", {"raison": "Nos publics diffèrent."})
    compute_missing_links(today=TODAY)

    told = text_of(client.get(address))
    assert "ne sera plus jamais suggéré" in told
    assert "Nos publics diffèrent." in told
    assert ProposedLink.objects.get(pk=chain.missing.pk).state == ProposalState.REFUSED


@pytest.mark.parametrize("gesture", ["confirmer", "ecarter"])
def test_who_is_of_no_side_decides_nothing(chain, client, visitor, contributor, gesture):
    address = f"{chain.missing.get_absolute_url()}/{gesture}"

    assert client.post(address, {"cote": "origin"}).headers["Location"].startswith("/compte/connexion")
    assert visitor.post(address, {"cote": "origin"}).status_code == 403
    refused = contributor.post(address, {"cote": "origin"}, follow=True)

    assert "Seule une personne confirmée" in text_of(refused)
    assert chain.keeper.get(address).status_code == 405
    assert ProposedLink.objects.get(pk=chain.missing.pk).state == ProposalState.OPEN
    assert not chain.missing.confirmations.exists()


def test_coming_back_never_leads_elsewhere(chain):
    address = f"{chain.missing.get_absolute_url()}/confirmer"

    for back in ("https://exemple.test/", "//exemple.test/", "/\\exemple.test"):
        found = chain.keeper.post(address, {"cote": "origin", "retour": back})
        assert found.headers["Location"] == chain.missing.get_absolute_url()


def test_a_carrier_proposes_a_link_from_the_sheet_of_its_offer(chain, client):
    assert "/articulations/nouvelle?de=a" in chain.keeper.get("/programmes/a").content.decode()
    assert "/articulations/nouvelle" not in client.get("/programmes/a").content.decode()
    assert client.get("/articulations/nouvelle?de=a").status_code == 302
    sent = {
        "de": "a",
        "vers": "http://testserver/programmes/c",
        "type": "equips",
        "phrase": "L’un outille l’autre.",
        "sens": "entrant",
    }

    wrong = chain.keeper.post("/articulations/nouvelle", sent | {"vers": "rien"})
    found = chain.keeper.post("/articulations/nouvelle", sent, follow=True)

    assert wrong.status_code == 400
    assert "L’un outille l’autre." in wrong.content.decode()
    assert "proposée par l’un des porteurs" in text_of(found)
    row = ProposedLink.objects.get(kind="equips")
    assert (row.origin.slug, row.target.slug, row.confirmations.get().side) == ("c", "a", "target")


@pytest.mark.parametrize("path", ["/animation/articulations"])
def test_the_queue_is_for_animators(chain, client, contributor, animator, path):
    assert [one.get(path).status_code for one in (client, contributor, animator)] == [302, 403, 200]


@pytest.mark.parametrize(
    "path", ["/reseau", "/reseau?vue=offres", "/reseau/liens-manquants", "/animation/articulations"]
)
def test_pages_cost_the_same_queries_with_3_and_300_rows(commons, animator, django_assert_max_num_queries, path):
    put_offers(["x0", "x1", "x2"])
    compute_missing_links(today=TODAY)
    animator.get(path)
    with django_assert_max_num_queries(60) as few:
        animator.get(path)
    spent = len(few.captured_queries)

    put_offers([f"y{place:03}" for place in range(300)])
    compute_missing_links(today=TODAY)
    animator.get(path)
    with django_assert_max_num_queries(spent):
        animator.get(path)
