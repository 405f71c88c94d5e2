"""Coverage by goal: the wheel, its table, its file; the review of suggestions; a territory's own targets."""

from __future__ import annotations

import csv
import io
import math
import re

import pytest

from maillage.inventory.actions import put_programmes, suggest_goals
from maillage.inventory.goals import GoalCount
from maillage.inventory.models import LocalTarget, Programme, SdgTag, TagState
from maillage.search import actions as index
from maillage.web.wheel import INNER, OUTER, spokes
from tests.factories.records import a_programme, an_operator

WATER = a_programme(
    "Eau potable des bourgs",
    slug="eau",
    description="Rénover le réseau d’eau potable.",
    categories=("eau-potable",),
    operators=(an_operator(),),
    zones=("DEP-34",),
)


@pytest.fixture
def tagged(commons):
    put_programmes([WATER, a_programme("Énergies", slug="energies", sdgs=(7, 13), zones=("DEP-62",))], by=None)
    suggest_goals()
    index.rebuild()
    return commons


def table(client, query: str = "") -> dict[int, GoalCount]:
    return {row.count.goal: row.count for row in client.get(f"/odd{query}").context["rows"]}


def test_the_table_says_what_is_announced_and_the_public_sees_no_suggestion(tagged, client, animator):
    assert (table(client)[7].declared, table(client)[6].suggested) == (1, 0)
    assert table(animator)[6].suggested == 1
    page = client.get("/odd").content.decode()
    assert 'role="img"' in page
    assert "Suggérées" not in page
    assert "transversal" in page
    assert page.count("<tr") == 18
    assert "Eau potable des bourgs" not in client.get("/odd/6").content.decode()
    assert "Eau potable des bourgs" in animator.get("/odd/6").content.decode()


def test_a_place_and_a_list_narrow_the_coverage(tagged, client):
    assert table(client, "?territoire=COM-62041")[7].declared == 1
    assert table(client, "?territoire=COM-34333")[7].declared == 0
    assert table(client, "?q=energies")[13].declared == 1
    assert table(client, "?nature=CATALYST")[7].declared == 0
    assert client.get("/odd?inconnu=1").status_code == 400
    assert client.get("/odd?ou=Nullepart").status_code == 400
    assert 'href="/odd?nature=PUBLIC"' in client.get("/programmes?nature=PUBLIC").content.decode()


def test_the_file_holds_the_table_and_no_suggestion(tagged, client):
    answer = client.get("/odd.csv?territoire=COM-62041")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["odd"] for row in rows] == [str(goal) for goal in range(1, 18)]
    assert (rows[6]["annonce_par_la_fiche"], rows[6]["adresse"]) == (
        "1",
        "http://testserver/odd/7?territoire=COM-62041",
    )
    assert not [name for name in rows[0] if "sugg" in name]


@pytest.mark.parametrize(("path", "status"), [("/odd/1", 200), ("/odd/17", 200), ("/odd/0", 404), ("/odd/18", 404)])
def test_each_goal_has_its_page_with_its_targets(tagged, client, path, status):
    answer = client.get(path)

    assert answer.status_code == status
    if status == 200:
        codes = [code for code, *_ in answer.context["targets"]]
        assert codes[0] == f"{path[5:]}.1"


def test_a_page_of_a_goal_in_english_has_its_official_words(tagged, client):
    client.get("/langue/en")

    assert "Affordable and clean energy" in client.get("/odd/7").content.decode()


def test_an_animateur_accepts_with_a_role_and_a_target_and_the_sheet_says_so(tagged, animator, client):
    tag = SdgTag.objects.get(goal=6)
    page = animator.get("/animation/odd").content.decode()
    assert "eau potable" in page
    assert "Eau potable" in page

    sent = {"decision": "accepter", "role": "indirect", "cible": "6.1", "filtre": "6"}
    answer = animator.post(f"/animation/odd/{tag.pk}", sent)

    tag.refresh_from_db()
    assert answer.headers["Location"] == "/animation/odd?odd=6"
    assert (tag.state, tag.role, tag.target) == ("accepted", "indirect", "6.1")
    sheet = client.get("/programmes/eau").content.decode()
    assert 'href="/odd/6"' in sheet
    assert "indirectement, cible 6.1, relu par une personne" in sheet
    assert "Eau potable des bourgs" in client.get("/odd/6").content.decode()


def test_a_refused_suggestion_never_comes_back(tagged, animator):
    animator.post(f"/animation/odd/{SdgTag.objects.get(goal=6).pk}", {"decision": "ecarter"})
    suggest_goals()

    assert SdgTag.objects.get(goal=6).state == TagState.REFUSED
    assert "Rien n’attend" in animator.get("/animation/odd?odd=6").content.decode()


def test_a_wrong_target_changes_nothing_and_is_told(tagged, animator):
    tag = SdgTag.objects.get(goal=6)
    page = animator.post(f"/animation/odd/{tag.pk}", {"decision": "accepter", "cible": "11.7"}, follow=True)

    tag.refresh_from_db()
    assert tag.state == TagState.SUGGESTED
    assert "11.7" in page.content.decode()


def test_an_animateur_says_a_goal_of_a_sheet_that_nothing_suggested(tagged, animator, client):
    path = "/animation/fiches/energies/odd"
    animator.post(path, {"odd": "7", "role": "direct", "decision": "accepter"})
    animator.post(path, {"odd": "13", "decision": "ecarter"})

    page = client.get("/programmes/energies").content.decode()
    assert "directement, relu par une personne" in page
    assert 'href="/odd/13"' not in page
    assert (table(client)[7].direct, table(client)[13].declared) == (1, 0)


TARGET = {
    "ou": "Pas-de-Calais",
    "cible": "6.4",
    "texte": "Économiser 10 % d’eau",
    "source": "https://exemple.test/plan",
}


def test_a_territorys_own_target_is_shown_there_and_on_its_goal(tagged, animator, client):
    assert animator.post("/animation/odd/cibles", TARGET | {"echeance": "2030"}).status_code == 302

    for path in ("/territoires/COM-62041", "/odd/6", "/odd?territoire=COM-62041"):
        assert "Économiser 10" in client.get(path).content.decode()
    assert "Économiser 10" not in client.get("/territoires/COM-34333").content.decode()
    animator.post(f"/animation/odd/cibles/{LocalTarget.objects.get().pk}/retirer")
    assert "Économiser 10" not in client.get("/odd/6").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"ou": ""}, {"ou": "Nullepart"}, {"cible": ""}, {"texte": ""}, {"echeance": "bientôt"}, {"source": "x"}]
)
def test_a_wrong_local_target_keeps_what_was_typed(tagged, animator, wrong):
    answer = animator.post("/animation/odd/cibles", TARGET | wrong)

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not LocalTarget.objects.exists()


@pytest.mark.parametrize("path", ["/animation/odd", "/animation/odd/cibles"])
def test_the_review_is_for_animateurs(tagged, client, visitor, contributor, animator, path):
    assert client.get(path).status_code == 302
    assert (visitor.get(path).status_code, contributor.get(path).status_code) == (403, 403)
    assert animator.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/animation/odd/{pk}", "/animation/odd/cibles/1/retirer", "/animation/fiches/eau/odd"]
)
def test_only_an_animateur_decides(tagged, visitor, contributor, path):
    tag = SdgTag.objects.get(goal=6)
    for who in (visitor, contributor):
        assert who.post(path.format(pk=tag.pk), {"decision": "accepter", "odd": "6"}).status_code == 403
    tag.refresh_from_db()
    assert tag.state == TagState.SUGGESTED


def test_pages_cost_the_same_queries_with_one_row_and_with_three(tagged, animator, django_assert_max_num_queries):
    paths = ("/odd", "/odd/7", "/animation/odd", "/odd?territoire=COM-62041")
    for path in paths:
        animator.get(path)
    spent = {}
    for path in paths:
        with django_assert_max_num_queries(60) as one:
            animator.get(path)
        spent[path] = len(one.captured_queries)
    more = [
        a_programme(
            f"Eau potable {place}",
            slug=f"eau-{place}",
            description="Rénover le réseau d’eau potable.",
            categories=("eau-potable",),
            sdgs=(7,),
            zones=("DEP-62",),
        )
        for place in range(3)
    ]
    put_programmes(more, by=None)
    suggest_goals()
    by = Programme.objects.get(slug="eau-0")
    SdgTag.objects.filter(programme=by).update(state="suggested")
    index.rebuild()
    for path in paths:
        animator.get(path)
        with django_assert_max_num_queries(spent[path]):
            animator.get(path)


def test_spokes_are_as_long_as_what_they_count():
    counts = [GoalCount(goal=goal) for goal in range(1, 18)]
    counts[0] = GoalCount(goal=1, direct=10)
    counts[1] = GoalCount(goal=2, declared=5, suggested=5)
    counts[16] = GoalCount(goal=17, direct=99)

    drawn = spokes(counts)

    assert [spoke.goal for spoke in drawn] == list(range(1, 17))
    assert [[ring.kind for ring in spoke.rings] for spoke in drawn[:3]] == [["reviewed"], ["declared", "suggested"], []]
    assert reach(drawn[0].rings[0].outline) == pytest.approx(OUTER, abs=0.2)
    assert reach(drawn[1].rings[0].outline) == pytest.approx((INNER + OUTER) / 2, abs=0.2)


def reach(outline: str) -> float:
    numbers = [float(found) for found in re.findall(r"-?[0-9]+[.][0-9]", outline)]
    return max(math.hypot(numbers[place], numbers[place + 1]) for place in (0, 2))


def test_an_empty_commons_draws_an_empty_wheel(commons, client):
    Programme.objects.update(sdgs=())

    assert client.get("/odd").status_code == 200
