"""The page of the topics: who opens it, dots without JavaScript, the live count, the animateur's hand."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from maillage.accounts.models import Role, User
from maillage.dialogue.actions.attending import check_in
from maillage.dialogue.actions.programme import MomentFields, add_moment
from maillage.dialogue.actions.registering import void_links
from maillage.dialogue.links import registration_word
from maillage.dialogue.models import AgendaMoment, Attendance, Dot, Registration, Rotation, Topic, TopicChoice
from tests.factories.dialogue import a_session, asks, some_organisations, speaker_of
from tests.factories.rows import a_person, make_world
from tests.web.conftest import signed_in

HOSTILE = "<script>alert(1)</script> {{ 7|add:7 }}"


@pytest.fixture
def animator(db: None) -> User:
    make_world()
    return a_person()


@pytest.fixture
def moment(animator: User) -> AgendaMoment:
    session = a_session(animator)
    for home in some_organisations(4):
        row = asks(session, home, animator, delegate_name=f"Délégué {home.slug[-1]}").registration
        if home.slug != "structure-3":
            check_in(session=session, code=row.code, by=animator)
    return add_moment(session=session, fields=MomentFields(kind="workshops", title="Ateliers", minutes=60), by=animator)


def delegate(number: int) -> Registration:
    return Registration.objects.select_related("organisation").get(organisation__slug=f"structure-{number}")


def page_of(number: int, moment: AgendaMoment) -> str:
    return f"/dialogue/inscriptions/{registration_word(delegate(number))}/sujets/{moment.uid}"


def lead(client: Client, moment: AgendaMoment, geste: str, **said: object) -> int:
    return client.post(f"/animation/dialogue/ateliers/{moment.uid}/sujets", {"geste": geste, **said}).status_code


def opened(animator: User, moment: AgendaMoment, tables: int = 2) -> Client:
    client = signed_in(animator)
    assert lead(client, moment, "ouvrir", ateliers=tables) == 302
    return client


def topic(title: str) -> Topic:
    return Topic.objects.get(title=title)


def point(client: Client, page: str, title: str, dots: int, **head: str) -> int:
    said = {"geste": "points", "sujet": str(topic(title).uid), "points": dots}
    return client.post(page, said, headers=head).status_code


def test_from_the_proposal_to_the_workshops_with_links_and_accounts(animator, moment):
    desk, phone, mine = opened(animator, moment), Client(), page_of(0, moment)
    account = signed_in(speaker_of(delegate(1).organisation, "compte@exemple.test"))
    theirs = f"/dialogue/moments/{moment.uid}/sujets"
    assert theirs in account.get("/dialogue/sessions/22").content.decode()
    assert mine in phone.get(mine.partition("/sujets")[0]).content.decode()

    for client, page, title in ((phone, mine, "Friches"), (account, theirs, "Mobilités"), (phone, mine, HOSTILE)):
        assert client.post(page, {"geste": "proposer", "titre": title}).status_code == 302
    assert point(phone, mine, "Friches", 6) == point(account, theirs, "Mobilités", 2) == 302
    assert point(phone, mine, "Mobilités", 3) == 409, "six and three are nine"
    shown = phone.get(mine).content.decode()
    assert "Il reste 2 points à placer" in shown
    assert "<script>alert" not in shown
    assert "Délégué 1" not in shown, "who chose what is nobody's business"

    assert lead(desk, moment, "clore") == lead(desk, moment, "garder", minutes=20) == 302
    titles = Rotation.objects.get(moment=moment).workshops.order_by("position").values_list("title", flat=True)
    assert list(titles) == ["Friches", "Mobilités"]
    assert "Ces sujets sont devenus les ateliers." in phone.get(mine).content.decode()


def test_the_live_count_is_the_fragment_and_stops_when_closed(animator, moment):
    desk, phone, page = opened(animator, moment), Client(), page_of(0, moment)
    for title in ("Friches", "Mobilités"):
        phone.post(page, {"geste": "proposer", "titre": title})
    live = {"HX-Request": "true"}

    assert point(phone, page, "Friches", 9, **live) == 200, "the reason comes in the fragment"
    assert point(phone, page, "Friches", 4, **live) == 302
    fragment = phone.get(page, headers=live).content.decode()
    assert fragment.lstrip().startswith('<section id="compte"')
    assert 'hx-trigger="every 5s"' in fragment
    assert "4 points placés" in fragment
    again = unescape(fragment.partition('hx-get="')[2].partition('"')[0])
    point(Client(), page_of(1, moment), "Friches", 2)
    counts = phone.get(again, headers=live)
    assert counts.headers["HX-Reswap"] == "none", "what others placed is counted without writing the page again"
    assert "6 points placés" in counts.content.decode()
    assert 'id="points-places" hx-swap-oob="true"' in counts.content.decode()
    assert "<form" not in counts.content.decode()
    point(Client(), page, "Friches", 5)
    assert "<form" in phone.get(again, headers=live, follow=True).content.decode(), "one's own dots, placed elsewhere"
    assert phone.get("/dialogue/points/faux?vu=", headers=live).status_code == 404
    lead(desk, moment, "clore")
    over = phone.get(again, headers=live, follow=True)
    assert over.headers["HX-Refresh"] == "true", "the open page reads itself again, whole, for the last time"
    assert "hx-trigger" not in phone.get(page).content.decode()
    assert 'name="titre"' not in phone.get(page).content.decode()


def test_a_tie_is_shown_and_the_hand_that_settles_it_too(animator, moment):
    desk, page = opened(animator, moment), f"/dialogue/moments/{moment.uid}/sujets"
    for at, title in enumerate(("Friches", "Mobilités", "Cofinancer")):
        Client().post(page_of(0, moment), {"geste": "proposer", "titre": title})
        point(Client(), page_of(0, moment), title, 3 if at == 0 else 1)
    lead(desk, moment, "clore")

    shown = desk.get(page).content.decode()
    assert "2 sujets sont à égalité" in shown
    assert shown.count('name="choisi"') == 2
    lead(desk, moment, "garder", minutes=20)
    assert not Rotation.objects.exists(), "nothing is chosen for people"
    lead(desk, moment, "garder", minutes=20, choisi=str(topic("Cofinancer").uid))
    assert "retenu, choisi à la main entre sujets à égalité" in desk.get(page).content.decode()


def test_who_may_not_see_it_sees_nothing(animator, moment):
    opened(animator, moment)
    page = f"/dialogue/moments/{moment.uid}/sujets"
    visitor = signed_in(a_person("v@exemple.test", Role.VISITOR))
    absent = signed_in(speaker_of(delegate(3).organisation, "absente@exemple.test"))

    assert Client().get(page).status_code == 302
    for client in (visitor, absent):
        assert client.get(page).status_code == client.post(page, {"geste": "proposer", "titre": "x"}).status_code == 403
        assert lead(client, moment, "clore") == 403
    assert Client().get(page_of(3, moment)).status_code == 409, "not let in yet"
    held = page_of(0, moment)
    void_links(registration=delegate(0), by=animator)
    assert Client().get(held).status_code == 404
    assert Client().post(held, {"geste": "proposer", "titre": "volé"}).status_code == 404
    assert not Topic.objects.exists()


def test_dots_of_another_are_out_of_reach_and_an_animateur_holds_the_pen(animator, moment):
    desk, page = opened(animator, moment), f"/dialogue/moments/{moment.uid}/sujets"
    Client().post(page_of(0, moment), {"geste": "proposer", "titre": "Friches"})
    other = Attendance.objects.get(organisation__slug="structure-1")
    said = {"geste": "points", "sujet": str(topic("Friches").uid), "points": 2, "pour": str(other.uid)}

    assert Client().post(page_of(0, moment), said).status_code == 403
    assert desk.post(page, {**said, "pour": ""}).status_code == 409
    assert desk.post(page, said).status_code == 302
    assert list(Dot.objects.values_list("attendance_id", flat=True)) == [other.pk] * 2


@pytest.mark.parametrize(
    "said", [{"geste": "voler"}, {"geste": "points"}, {"geste": "points", "sujet": "x", "points": "²"}, {}]
)
def test_nonsense_changes_nothing(animator, moment, said):
    desk = opened(animator, moment)
    Client().post(page_of(0, moment), {"geste": "proposer", "titre": "Friches"})

    assert Client().post(page_of(0, moment), said).status_code == 409
    assert lead(desk, moment, "voler") == lead(desk, moment, "ouvrir", ateliers="x") == 400
    assert lead(desk, moment, "reunir", sujet="x", avec="y") == 302
    assert (Dot.objects.count(), Topic.objects.count(), TopicChoice.objects.get().state) == (0, 1, "open")


@pytest.mark.parametrize("size", [1, 3, 60])
def test_the_page_costs_the_same_however_many_topics(animator, moment, size, django_assert_max_num_queries):
    opened(animator, moment)
    Topic.objects.bulk_create(Topic(choice=TopicChoice.objects.get(), title=f"sujet {at}") for at in range(size))

    with django_assert_max_num_queries(12):
        assert Client().get(page_of(0, moment)).status_code == 200
