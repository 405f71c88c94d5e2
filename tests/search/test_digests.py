"""From a saved search to the message, read on a real mail server."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from django.utils import timezone

from maillage.core.errors import Invalid, Refused, Unknown
from maillage.inventory.actions import put_programmes
from maillage.search import actions
from maillage.search.actions import catch_up, rebuild, watch
from maillage.search.links import to_confirm
from maillage.search.models import OutgoingMail, SavedSearch, WatchItem
from maillage.search.tasks import send_digests
from maillage.search.wanted import Wanted, parse_wanted
from tests.factories.post_office import open_post_office, text_of
from tests.factories.records import a_programme
from tests.web.conftest import PLAIN_FILES

FRICHE = a_programme("Recyclage des friches", slug="recyclage-friches", categories=("friche",), zones=("DEP-62",))
ECOLE = a_programme("Rénover une école", slug="renover-ecole", description="Des travaux dans une école. " * 5)
SECRET = re.compile(r"/alertes/confirmer/(\S+)")


@pytest.fixture
def office(settings):
    """A real mail server; what Django sends goes there."""
    with open_post_office() as (found, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.STORAGES = PLAIN_FILES
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 2
        yield found


@pytest.fixture
def house(world, office):
    """The small world with two sheets, already told, and its index."""
    put_programmes([FRICHE, ECOLE], by=None)
    watch()
    rebuild()
    return office


def subscribe(email: str = "a@exemple.test", list_: str = "/programmes", frequency: str = "daily") -> SavedSearch:
    """A search that its address confirmed."""
    mail = actions.subscribe(wanted=parse_wanted(list_), email=email, frequency=frequency, sender=email)
    assert mail is not None
    OutgoingMail.objects.all().delete()
    return actions.confirm(mail.search.uid)


def days(count: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=count)


def change(**said) -> None:
    """The sheet on brownfields changes, and the house knows."""
    put_programmes([replace(FRICHE, **said)], by=None)
    watch()
    catch_up()


def test_nothing_is_told_before_the_address_is_confirmed_by_a_person(house, client):
    mail = actions.subscribe(
        wanted=Wanted(shelf="programme"), email="A@Exemple.test ", frequency="daily", sender="1.2.3.4"
    )
    actions.send()
    change(price="FREE")
    send_digests(today=days(1))
    (asked,) = house.messages
    word = SECRET.search(text_of(asked)).group(1)

    assert to_confirm(word) == mail.search.uid
    assert asked["To"] == "a@exemple.test"
    assert client.get(f"/alertes/confirmer/{word}").status_code == 200
    assert SavedSearch.objects.get().confirmed_at is None
    client.post(f"/alertes/confirmer/{word}")
    assert SavedSearch.objects.get().confirmed_at is not None
    assert SavedSearch.objects.get().sender_hash == ""


def test_a_digest_says_what_changed_since_the_last_one_and_nothing_twice(house):
    subscribe()
    change(closes_on=days(90), price="FREE")
    for day in (1, 2, 3):
        send_digests(today=days(day))
    change(title="Recyclage de toutes les friches", closes_on=days(90), price="FREE")
    for day in (4, 5):
        send_digests(today=days(day))

    first, second = (text_of(message) for message in house.messages)

    assert "prix : prix à vérifier → gratuit" in first
    assert "Une nouvelle pour votre recherche" in first
    assert "date de clôture : rien →" in first
    assert "Recyclage de toutes les friches" not in first
    assert "nom : Recyclage des friches → Recyclage de toutes les friches" in second
    assert "gratuit" not in second


def test_each_search_gets_its_own_lines(house):
    subscribe("lieu@exemple.test", "/programmes?territoire=COM-34333")
    subscribe("ici@exemple.test", "/programmes?territoire=COM-62041")
    subscribe("mots@exemple.test", "/programmes?q=travaux+%C3%A9cole")
    subscribe("theme@exemple.test", "/programmes?categorie=friche")
    subscribe("acteurs@exemple.test", "/acteurs")
    change(price="FREE")
    put_programmes([replace(ECOLE, price="PAID")], by=None)

    send_digests(today=days(1))

    told = {message["To"]: sorted(re.findall(r"/programmes/([a-z-]+)", text_of(message))) for message in house.messages}
    assert told == {
        "lieu@exemple.test": ["renover-ecole"],
        "ici@exemple.test": ["recyclage-friches", "renover-ecole"],
        "mots@exemple.test": ["renover-ecole"],
        "theme@exemple.test": ["recyclage-friches"],
    }


@pytest.mark.parametrize(
    ("frequency", "asked", "expected"),
    [
        ("daily", dt.date(2026, 11, 22), dt.date(2026, 11, 23)),
        ("weekly", dt.date(2026, 11, 22), dt.date(2026, 11, 23)),
        ("weekly", dt.date(2026, 11, 23), dt.date(2026, 11, 30)),
        ("monthly", dt.date(2026, 11, 30), dt.date(2026, 12, 1)),
        ("monthly", dt.date(2026, 12, 31), dt.date(2027, 1, 1)),
    ],
)
def test_the_next_day_follows_the_frequency(frequency, asked, expected):
    from maillage.search.actions.subscribing import next_day

    assert next_day(frequency, after=asked) == expected


def test_a_digest_can_be_stopped_in_one_gesture_by_a_mail_program(house, client):
    subscribe()
    change(price="FREE")
    send_digests(today=days(1))
    (message,) = house.messages
    link = re.search(r"<http://[^/]+(/[^>]+)>", message["List-Unsubscribe"]).group(1)

    opened = client.get(link)
    still = SavedSearch.objects.count()
    done = client.post(link, {"List-Unsubscribe": "One-Click"})
    again = client.post(link, {"List-Unsubscribe": "One-Click"})

    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (opened.status_code, still, done.status_code, again.status_code) == (200, 1, 200, 200)
    assert SavedSearch.objects.count() == OutgoingMail.objects.count() == 0


def test_a_message_is_text_and_html_without_image_script_or_third_party(house):
    put_programmes([replace(ECOLE, title='<img src="https://espion.test/x.png">')], by=None)
    subscribe()
    change(price="FREE")
    put_programmes([replace(ECOLE, title='<img src="https://espion.test/x.png">', price="FREE")], by=None)
    send_digests(today=days(1))
    (message,) = house.messages
    html = message.get_body(("html",)).get_content()

    assert message.get_content_type() == "multipart/alternative"
    assert not re.search(r"<(img|script|link|style|iframe)", html)
    assert set(re.findall(r'href="(https?://[^/"]+)', html)) == {"http://127.0.0.1:8000"}
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_message_sent_again_is_the_same_to_the_byte_and_its_lines_stay_short(house):
    subscribe()
    many = [replace(ECOLE, slug=f"ecole-{n}", title="Rénovation d’écoles " * 14) for n in range(9)]
    put_programmes(many, by=None)
    watch()
    catch_up()
    send_digests(today=days(1))
    OutgoingMail.objects.update(state="waiting", sent_at=None)
    actions.send()

    assert house.raw[0] == house.raw[1]
    assert max(map(len, house.raw[0].splitlines())) < 998
    assert b"quoted-printable" not in house.raw[0]


def test_when_the_server_is_down_nothing_is_lost_and_it_goes_later(house, settings):
    subscribe()
    change(price="FREE")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    down = send_digests(today=days(1))
    change(price="PAID")
    settings.EMAIL_PORT = port
    OutgoingMail.objects.update(retry_at=timezone.now())

    up = send_digests(today=days(2))

    assert (down.written, down.sent, down.later) == (1, 0, 1)
    assert up.sent == 2
    assert [re.findall(r"prix : .*", text_of(message)) for message in house.messages] == [
        ["prix : prix à vérifier → gratuit"],
        ["prix : gratuit → payant"],
    ]


def test_a_failure_is_tried_again_later_and_later(house, settings):
    subscribe()
    change(price="FREE")
    settings.EMAIL_PORT = 1
    send_digests(today=days(1))
    waits = []
    for _ in range(3):
        mail = OutgoingMail.objects.get()
        waits.append(round((mail.retry_at - timezone.now()).total_seconds() / 60))
        OutgoingMail.objects.update(retry_at=timezone.now())
        actions.send()

    assert waits == [5, 10, 20]


def test_an_address_refused_for_good_pauses_its_search_and_no_other(house):
    subscribe("parti@exemple.test")
    subscribe("plein@exemple.test")
    subscribe("ici@exemple.test")
    house.refuse = {"parti@exemple.test": "550 5.1.1 unknown", "plein@exemple.test": "452 4.2.2 full"}
    change(price="FREE")

    told = send_digests(today=days(1))

    assert (told.sent, told.later, told.refused, told.is_down) == (1, 1, 1, False)
    paused = SavedSearch.objects.exclude(paused_at=None)
    assert [(search.email, search.pause_reason) for search in paused] == [("parti@exemple.test", "550")]
    house.refuse = {}
    actions.resume(paused.get())
    actions.send()
    assert len(house.to("parti@exemple.test")) == 1


def test_a_line_cut_in_the_middle_loses_and_repeats_nothing(house):
    emails = [f"p{number}@exemple.test" for number in range(8)]
    for email in emails:
        subscribe(email)
    change(price="FREE")
    house.drop_after = 3
    cut = send_digests(today=days(1))
    house.drop_after = None
    OutgoingMail.objects.update(retry_at=timezone.now())

    send_digests(today=days(1))

    assert (cut.sent, cut.is_down) == (3, True)
    assert sorted(message["To"] for message in house.messages) == emails
    assert len({message["Message-ID"] for message in house.messages}) == 8


def test_a_slow_server_gets_one_connection_and_a_too_slow_one_does_not_hold_us(house, settings):
    for number in range(4):
        subscribe(f"p{number}@exemple.test")
    change(price="FREE")
    house.slow_s, house.connections = 0.2, 0
    patient = send_digests(today=days(1))
    change(price="PAID")
    house.slow_s = 30.0

    started = timezone.now()
    settings.EMAIL_TIMEOUT = 0.3
    hurried = send_digests(today=days(2))

    assert (patient.sent, hurried.sent, hurried.is_down) == (4, 0, True)
    assert (timezone.now() - started).total_seconds() < 10
    assert OutgoingMail.objects.filter(state="waiting").count() == 4


def test_messages_of_one_run_share_one_connection(house):
    for number in range(5):
        subscribe(f"p{number}@exemple.test")
    change(price="FREE")

    send_digests(today=days(1))

    assert (len(house.messages), house.connections) == (5, 1)


def test_nobody_learns_who_is_subscribed(house, client):
    subscribe("connue@exemple.test")
    form = {"liste": "/programmes", "rythme": "weekly"}

    pages = [
        client.post("/alertes/nouvelle", form | {"email": email}, follow=True)
        for email in ("connue@exemple.test", "inconnue@exemple.test", "refusee@exemple.test")
    ]

    assert len({page.content for page in pages}) == 1
    assert SavedSearch.objects.get(email="connue@exemple.test").frequency == "daily"
    assert "C’est déjà le cas" in text_of(house.to("connue@exemple.test")[0])


def test_one_address_gets_three_requests_a_day_whoever_asks(house):
    for number in range(5):
        actions.subscribe(
            wanted=Wanted(shelf="programme", text=f"mot{number}"),
            email="cible@exemple.test",
            frequency="daily",
            sender=f"10.0.0.{number}",
        )
    actions.send()

    assert len(house.to("cible@exemple.test")) == 3


def test_one_sender_keeps_ten_searches_an_hour(house):
    def ask(number: int) -> None:
        actions.subscribe(
            wanted=Wanted(shelf="programme"), email=f"p{number}@exemple.test", frequency="daily", sender="10.0.0.1"
        )

    for number in range(10):
        ask(number)

    with pytest.raises(Refused, match="too_many_alerts"):
        ask(10)
    assert not SavedSearch.objects.filter(sender_hash__contains="10.0.0.1").exists()


def test_what_nobody_confirmed_is_erased_after_seven_days(house):
    subscribe("confirmee@exemple.test")
    actions.subscribe(wanted=Wanted(shelf="programme"), email="x@exemple.test", frequency="daily", sender="s")
    SavedSearch.objects.update(created_at=timezone.now() - dt.timedelta(days=8))

    send_digests()

    assert [search.email for search in SavedSearch.objects.all()] == ["confirmee@exemple.test"]


def test_a_link_is_signed_and_dies_with_its_search(house, client):
    search = subscribe()
    with pytest.raises(Unknown, match="alert_link_unknown"):
        to_confirm("0" * 32 + "~faux")
    assert client.get(f"/alertes/{search.uid.hex}~faux").status_code == 400

    actions.unsubscribe(search.uid)

    with pytest.raises(Unknown, match="alert_link_unknown"):
        actions.confirm(search.uid)


def test_the_manage_page_changes_pauses_and_erases_everything(house, client):
    from maillage.search.links import manage_link

    one = subscribe("moi@exemple.test", "/programmes?q=friche")
    two = subscribe("moi@exemple.test", "/acteurs")
    other = subscribe("autre@exemple.test")
    link = f"/alertes/{manage_link(one)}"
    page = client.get(link)

    client.post(link, {"geste": "rythme", "recherche": str(two.uid), "rythme": "monthly"})
    client.post(link, {"geste": "pause", "recherche": str(one.uid)})
    stranger = client.post(link, {"geste": "effacer", "recherche": str(other.uid)})
    one.refresh_from_db()
    two.refresh_from_db()

    assert "«\u00a0friche\u00a0»" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert (two.frequency, bool(one.paused_at), stranger.status_code) == ("monthly", True, 400)
    client.post(link, {"geste": "tout-effacer"})
    assert [search.email for search in SavedSearch.objects.all()] == ["autre@exemple.test"]


@pytest.mark.parametrize(
    ("list_", "email", "frequency"),
    [
        ("/programmes?couleur=bleu", "a@exemple.test", "daily"),
        ("/programmes?nature=MAGIQUE", "a@exemple.test", "daily"),
        ("/animation", "a@exemple.test", "daily"),
        ("https://ailleurs.test/programmes", "a@exemple.test", "daily"),
        ("/programmes", "pas une adresse", "daily"),
        ("/programmes", "a@exemple.test\nBcc: b@exemple.test", "daily"),
        ("/programmes", "a@exemple.test", "hourly"),
    ],
)
def test_what_is_not_a_list_an_address_or_a_rhythm_is_refused(house, client, list_, email, frequency):
    response = client.post("/alertes/nouvelle", {"liste": list_, "email": email, "rythme": frequency})

    assert response.status_code == 400
    assert SavedSearch.objects.count() == 0
    with pytest.raises((Invalid, Unknown)):
        actions.subscribe(wanted=parse_wanted(list_), email=email, frequency=frequency, sender="s")


def test_silence_when_nothing_happened_and_the_cursor_still_moves(house):
    search = subscribe("silence@exemple.test", "/programmes?territoire=COM-34333&categorie=friche")
    change(price="FREE")

    send_digests(today=days(1))
    search.refresh_from_db()

    assert house.messages == []
    assert search.cursor == WatchItem.objects.order_by("-id").first().pk
    assert search.next_on == days(2)
