"""The pages of the workshops: who may open them, where I go now, notes that nobody loses."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Role, User
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.dialogue.models import AgendaMoment, Attendance, Note, Rotation, Session
from tests.factories.records import an_organisation
from tests.factories.rows import a_person, make_world
from tests.web.conftest import signed_in

HOSTILE = "<script>alert(1)</script> {{ 7|add:7 }} \u202e"


@pytest.fixture
def animator(db: None) -> User:
    make_world(*(an_organisation(slug=f"o{at}", name=f"Organisation {at}") for at in range(7)))
    return a_person()


@pytest.fixture
def moment(animator: User) -> AgendaMoment:
    session = Session.objects.create(number=22, mode="on_site", state="announced")
    return AgendaMoment.objects.create(session=session, position=0, kind="workshops", minutes=60)


def come(moment: AgendaMoment, count: int) -> None:
    for at in range(count):
        Attendance.objects.create(
            session=moment.session,
            organisation=Organisation.objects.get(slug=f"o{at % 6}"),
            seat="guest",
            name=f"Personne {at}",
            natures=["PUBLIC"],
            echelon="LOCAL",
            arrived_at=timezone.now(),
        )


def delegate(slug: str) -> Client:
    person = a_person(f"{slug}@exemple.test", Role.CONTRIBUTOR)
    home = Organisation.objects.get(slug=slug)
    Membership.objects.create(user=person, organisation=home, state=MembershipState.CONFIRMED)
    return signed_in(person)


def desk(moment: AgendaMoment) -> str:
    return f"/animation/dialogue/ateliers/{moment.uid}"


def do(client: Client, moment: AgendaMoment, **said: object) -> int:
    return client.post(f"{desk(moment)}/geste", said).status_code


def begun(client: Client, moment: AgendaMoment) -> Rotation:
    """Three workshops, drawn, their first round begun."""
    topics = "Mobilités\r\nFriches\r\nCofinancer " + HOSTILE
    assert do(client, moment, geste="preparer", sujets=topics, mode="MIXING", minutes="20") == 302
    assert do(client, moment, geste="tirer") == 302
    assert do(client, moment, geste="commencer", vu="0") == 302
    return Rotation.objects.get(moment=moment)


def test_three_rounds_from_the_desk_to_the_phone(animator, moment):
    come(moment, 12)
    lead, phone = signed_in(animator), delegate("o1")

    rotation = begun(lead, moment)
    page = f"/dialogue/ateliers/{rotation.uid}"
    for turn in range(3):
        shown = phone.get(page).content.decode()
        assert f"Ronde {turn + 1} sur 3" in shown
        assert "Maintenant" in shown
        assert "Personne 1<" in shown
        table = rotation.plan["seats"][str(Attendance.objects.get(name="Personne 1").uid)][turn]
        said = {"note": f"trace {turn}", "cle": str(uuid.uuid4())}
        assert phone.post(f"{page}?atelier={table}", said).status_code == 302
        assert f"trace {turn}" in lead.get(f"{page}?atelier={table}").content.decode()
        assert do(lead, moment, geste="commencer", vu=str(turn + 1)) == 302

    assert Rotation.objects.get(pk=rotation.pk).begun == 3
    assert [note.round for note in Note.objects.order_by("id")] == [0, 1, 2]
    told = lead.get(desk(moment)).content.decode()
    assert "paires de personnes se rencontrent sur 66" in told


def test_the_members_part_is_closed_to_other_organisations(animator, moment):
    come(moment, 6)
    rotation = begun(signed_in(animator), moment)
    pages = (
        f"/dialogue/ateliers/{rotation.uid}",
        f"/dialogue/ateliers/{rotation.uid}/feuilles",
        f"/dialogue/moments/{moment.uid}/notes",
    )
    elsewhere, visitor = delegate("o6"), signed_in(a_person("v@exemple.test", Role.VISITOR))

    for page in pages:
        assert Client().get(page).status_code == 302
        assert elsewhere.get(page).status_code == visitor.get(page).status_code == 403
        assert elsewhere.post(page, {"note": "x", "cle": str(uuid.uuid4())}).status_code == 403
    assert Note.objects.count() == 0


def test_the_desk_is_the_animateurs(animator, moment):
    for client in (delegate("o0"), signed_in(a_person("v@exemple.test", Role.VISITOR))):
        assert client.get(desk(moment)).status_code == 403
        assert do(client, moment, geste="tirer") == 403
    assert Client().get(desk(moment)).status_code == 302
    assert signed_in(animator).get(f"{desk(moment)}/geste").status_code == 405


def test_a_note_refused_keeps_its_words_and_sent_again_is_kept_once(animator, moment):
    come(moment, 6)
    phone, page, key = delegate("o1"), f"/dialogue/moments/{moment.uid}/notes", str(uuid.uuid4())

    first, again = (phone.post(page, {"note": "Une idée", "cle": key}) for _ in range(2))
    other = phone.post(page, {"note": "Une tout autre idée", "cle": key})

    assert (first.status_code, again.status_code, other.status_code) == (302, 302, 409)
    assert ">Une tout autre idée</textarea>" in other.content.decode()
    assert key not in other.content.decode(), "the next attempt has a key of its own"
    assert Note.objects.count() == 1


def test_hostile_words_stay_words(animator, moment):
    come(moment, 6)
    Attendance.objects.filter(name="Personne 1").update(name=HOSTILE)
    rotation, phone = begun(signed_in(animator), moment), delegate("o1")
    page = f"/dialogue/moments/{moment.uid}/notes"
    phone.post(page, {"note": HOSTILE, "cle": "pas une clé"})

    for address in (page, f"/dialogue/ateliers/{rotation.uid}", f"/dialogue/ateliers/{rotation.uid}/feuilles"):
        shown = phone.get(address).content.decode()
        assert "<script>alert" not in shown
        assert "&lt;script&gt;" in shown
        assert "7|add" in shown


@pytest.mark.parametrize(
    "said",
    [
        {"geste": "voler"},
        {"geste": "echanger", "ronde": "x"},
        {"geste": "commencer"},
        {"geste": "epingler"},
        {"geste": "liberer"},
    ],
)
def test_a_desk_asked_nonsense_says_no(animator, moment, said):
    come(moment, 6)
    rotation = begun(signed_in(animator), moment)

    assert do(signed_in(animator), moment, **said) in (302, 400)

    assert Rotation.objects.get(pk=rotation.pk).begun == 1
    assert signed_in(animator).get(f"/dialogue/ateliers/{rotation.uid}?atelier=9").status_code == 400


def test_the_pages_cost_the_same_number_of_queries_however_many_come(animator, moment, django_assert_max_num_queries):
    come(moment, 120)
    rotation = begun(signed_in(animator), moment)
    table = rotation.workshops.first()
    home = Organisation.objects.get(slug="o1")
    Note.objects.bulk_create(
        Note(key=uuid.uuid4(), moment=moment, workshop=table, round=0, organisation=home, text=f"note {at}")
        for at in range(300)
    )
    lead = signed_in(animator)

    for address in (f"/dialogue/ateliers/{rotation.uid}?atelier=0", f"/dialogue/ateliers/{rotation.uid}/feuilles"):
        with django_assert_max_num_queries(12):
            assert lead.get(address).status_code == 200
    with django_assert_max_num_queries(14):
        assert lead.get(desk(moment)).status_code == 200


def together_then(rotation: Rotation, table: int) -> str:
    """Someone of the third table now, who goes to that one next: two of them may still be exchanged."""
    return next(uid for uid, row in rotation.plan["seats"].items() if row[:2] == [2, table])


def test_a_swap_and_a_held_seat_are_weighed_then_confirmed_at_the_desk(animator, moment):
    come(moment, 12)
    lead = signed_in(animator)
    rotation = begun(lead, moment)
    one, two = (together_then(rotation, table) for table in (0, 1))

    assert do(lead, moment, geste="echanger", une=one, autre=two, ronde="1") == 302
    shown = lead.get(desk(moment)).content.decode()
    assert "Il resterait" in shown
    assert "perdre" in shown
    assert "Changent de table" in shown
    kept = Rotation.objects.get(pk=rotation.pk)
    assert kept.plan == rotation.plan
    assert do(lead, moment, geste="confirmer", cle=kept.proposal["key"]) == 302
    after = Rotation.objects.get(pk=rotation.pk)
    assert (after.plan["seats"][one][1], after.plan["seats"][two][1]) == (1, 0)
    assert "2 places choisies à la main" in lead.get(desk(moment)).content.decode()
    do(lead, moment, geste="liberer", personne=one, ronde="1")
    assert len(Rotation.objects.get(pk=rotation.pk).pins) == 1
    free = next(at for at in range(3) if at not in after.plan["seats"][one][:2])
    do(lead, moment, geste="epingler", personne=one, ronde="2", table=str(free))
    do(lead, moment, geste="abandonner")
    assert "Ce changement" not in lead.get(desk(moment)).content.decode()
    gone = do(lead, moment, geste="confirmer", cle="autre")
    assert gone == 302
    assert "Rien n’a bougé" in lead.get(desk(moment)).content.decode()


def test_hosts_departures_and_late_arrivals_from_the_desk(animator, moment):
    come(moment, 12)
    lead, host = signed_in(animator), Attendance.objects.get(name="Personne 3")
    rotation = begun(lead, moment)
    Rotation.objects.update(begun=0, began_at=None)

    do(lead, moment, geste="accueillir", accueille=[str(host.uid), "", ""])
    assert Rotation.objects.get(pk=rotation.pk).workshops.first().host == host
    do(lead, moment, geste="tirer")
    leaver = Attendance.objects.get(name="Personne 5")
    for _ in range(2):
        do(lead, moment, geste="partir", personne=str(leaver.uid))
    leaver.refresh_from_db()
    assert leaver.left_at, "pressed twice, they left once"
    assert str(leaver.uid) not in Rotation.objects.get(pk=rotation.pk).plan["seats"]
    do(lead, moment, geste="revenir", personne=str(leaver.uid))
    assert str(leaver.uid) in Rotation.objects.get(pk=rotation.pk).plan["seats"]
    Attendance.objects.create(
        session=moment.session,
        organisation=Organisation.objects.get(slug="o6"),
        name="Retardataire",
        natures=["PUBLIC"],
        echelon="LOCAL",
        arrived_at=timezone.now(),
    )
    assert "Sans place encore" in lead.get(desk(moment)).content.decode()
    do(lead, moment, geste="reparer")
    assert "Sans place encore" not in lead.get(desk(moment)).content.decode()
    do(lead, moment, geste="accueillir", accueille=["x", "", ""])
    assert Rotation.objects.get(pk=rotation.pk).workshops.first().host == host
