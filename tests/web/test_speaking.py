"""The pages of speaking time: who opens them, a turn from a phone, a time by hand, the printed shares."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from maillage.accounts.models import Role, User
from maillage.actors.models import Organisation
from maillage.dialogue.actions.attending import check_in
from maillage.dialogue.models import AgendaMoment, SpeakingTurn
from tests.factories.dialogue import a_moment, a_session, asks, some_organisations, speaker_of
from tests.factories.rows import a_person, make_world
from tests.web.conftest import signed_in

LEAD, READ = "/animation/dialogue/22/parole", "/dialogue/sessions/22/parole"


@pytest.fixture
def animator(db: None) -> User:
    make_world()
    return a_person()


@pytest.fixture
def moment(animator: User) -> AgendaMoment:
    session = a_session(animator)
    for home in some_organisations(3):
        check_in(session=session, code=asks(session, home, animator).registration.code, by=animator)
    a_moment(session, animator, "Accueil")
    return a_moment(session, animator, "Échanges")


def do(client: Client, moment: AgendaMoment, geste: str, **said: object) -> int:
    return client.post(f"{LEAD}?moment={moment.uid}", {"geste": geste, **said}).status_code


def test_a_turn_from_a_phone_then_the_shares_to_print(animator, moment):
    lead = signed_in(animator)
    assert do(lead, moment, "commencer", structure="structure-0", vu="") == 302
    running = SpeakingTurn.objects.get()
    shown = lead.get(LEAD).content.decode()
    assert "Structure 0 a la parole" in shown, "the page opens on the moment where somebody speaks"
    assert f'value="{running.uid}"' in shown
    assert do(lead, moment, "arreter", tour=str(running.uid)) == 302
    SpeakingTurn.objects.update(seconds=90)
    key = str(uuid.uuid4())
    for _ in range(2):
        assert do(lead, moment, "noter", structure="structure-1", minutes="0", secondes="30", cle=key) == 302

    read = signed_in(speaker_of(Organisation.objects.get(slug="structure-2"), "c@exemple.test")).get(READ)
    words = " ".join(read.content.decode().replace("\u202f", " ").replace("\xa0", " ").split())

    assert "2 min 00 s de parole en tout" in words
    assert '<th scope="row">Structure 0</th><td class="number">1 min 30 s</td><td class="number">75 %</td>' in words
    assert '<th scope="row">Structure 2</th><td class="number">0 s</td><td class="number">0 %</td>' in words
    assert words.count('<td class="number">33 %</td>') == 3
    assert "Catalyse entre mondes" in words
    assert "<form" not in words.partition("<main")[2].partition("</main>")[0], "nothing but what prints"


def test_the_second_animateur_is_told_who_speaks(animator, moment):
    one, two = signed_in(animator), signed_in(a_person("deux@exemple.test"))
    do(one, moment, "commencer", structure="structure-0", vu="")
    do(two, moment, "commencer", structure="structure-1", vu="")

    assert "Structure 0 vient de prendre la parole" in two.get(LEAD).content.decode()
    assert SpeakingTurn.objects.get().organisation.slug == "structure-0"


def test_who_leads_who_reads_and_who_does_not(animator, moment):
    member = signed_in(speaker_of(Organisation.objects.get(slug="structure-0"), "m@exemple.test"))
    visitor = signed_in(a_person("v@exemple.test", Role.VISITOR))

    assert Client().get(LEAD).status_code == Client().get(READ).status_code == 302
    assert member.get(READ).status_code == 200
    assert visitor.get(READ).status_code == 403
    for client in (member, visitor):
        assert client.get(LEAD).status_code == do(client, moment, "commencer", structure="structure-0") == 403
    assert not SpeakingTurn.objects.exists()
    assert READ in member.get("/dialogue/sessions/22").content.decode()


@pytest.mark.parametrize(
    "said",
    [
        {"geste": "voler"},
        {"geste": "commencer", "structure": "personne"},
        {"geste": "noter", "structure": "structure-0", "minutes": "²"},
        {"geste": "noter", "structure": "structure-0", "minutes": "0", "secondes": "0"},
    ],
)
def test_nonsense_is_told_and_changes_nothing(animator, moment, said):
    lead = signed_in(animator)

    assert lead.post(f"{LEAD}?moment={moment.uid}", said).status_code == 302

    assert 'class="told' in lead.get(LEAD).content.decode()
    assert not SpeakingTurn.objects.exists()
    assert lead.get(f"{LEAD}?moment={uuid.uuid4()}").status_code == 400
    assert do(lead, moment, "retirer", tour="x") == 404


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_pages_cost_the_same_however_many_turns(animator, moment, count, django_assert_max_num_queries):
    home, lead = Organisation.objects.get(slug="structure-0"), signed_in(animator)
    SpeakingTurn.objects.bulk_create(SpeakingTurn(moment=moment, organisation=home, seconds=60) for _ in range(count))

    for page in (LEAD, READ):
        with django_assert_max_num_queries(12):
            assert lead.get(page).status_code == 200
