"""The link checker, against a real web server: patient, remembering, never repeating what a person refused."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.accounts.models import Event, Role, User
from maillage.core.errors import Refused
from maillage.curation.actions import check_links, decide_move
from maillage.curation.addresses import dead_addresses, dead_among, moved_addresses
from maillage.curation.models import CheckedAddress
from maillage.inventory.models import Programme
from tests.factories.imports import ready
from tests.factories.records import a_programme
from tests.factories.rows import a_person, noon, put
from tests.factories.sources import Site, in_turn, open_site, page

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 2)
FINE = page(b"<html>Une aide</html>", content_type="text/html")


@pytest.fixture
def site():
    with open_site() as running:
        yield running


@pytest.fixture
def animator() -> User:
    ready()
    return a_person()


def sheet(site: Site, path: str, **said: str) -> Programme:
    slug = path.strip("/").replace("/", "-") or "accueil"
    return put(a_programme(f"Offre {slug}", slug=slug, **{"source_url": f"{site.url}{path}"} | said))


def run(site: Site, days: int = 0, **said):
    with site.client() as client:
        return check_links(probe=client.probe, now=noon(DAY + dt.timedelta(days=days)), **said)


def test_an_address_that_answers_is_remembered_and_left_alone_for_a_month(site, animator):
    site.pages["/aide"] = FINE
    sheet(site, "/aide")

    asked = [run(site, days).asked for days in (0, 1, 29, 31)]

    row = CheckedAddress.objects.get()
    assert asked == [1, 0, 0, 1]
    assert (row.status, row.failures, row.why) == (200, 0, "")


def test_a_link_is_dead_after_three_failures_on_different_days(site, animator):
    row = sheet(site, "/perdue")

    dead = []
    for days in (0, 0, 0, 1, 2):
        run(site, days)
        dead.append(dead_addresses().count())

    assert dead == [0, 0, 0, 0, 1]
    (found,) = dead_among((row.source_url, ""))
    assert (found.status, found.why, found.failures) == (404, "link_broken", 3)


def test_one_good_answer_clears_the_failures(site, animator):
    answers = [page(b"", status=503)] * 4 + [FINE]
    site.pages["/aide"] = in_turn(*answers)
    sheet(site, "/aide")

    for days in (0, 1, 2):
        run(site, days)

    row = CheckedAddress.objects.get()
    assert (row.failures, row.failed_on, row.status) == (0, None, 200)


@pytest.mark.parametrize("status", [401, 403, 405, 429])
def test_a_page_that_refuses_programs_is_not_dead(site, animator, status):
    site.pages["/aide"] = page(b"", status=status)
    sheet(site, "/aide")

    run(site)

    assert CheckedAddress.objects.get().failures == 0


def test_robots_are_obeyed_and_cost_nothing(site, animator):
    site.pages["/robots.txt"] = page(b"User-agent: *\nDisallow: /\n", content_type="text/plain")
    sheet(site, "/aide")

    run(site)

    assert CheckedAddress.objects.get().failures == 0


def test_a_precise_page_that_leads_home_is_a_failure(site, animator):
    site.pages["/aide"] = page(b"", status=301, location="/")
    site.pages["/"] = FINE
    sheet(site, "/aide")

    run(site)

    row = CheckedAddress.objects.get()
    assert (row.why, row.failures, row.moved_to) == ("link_leads_home", 1, "")


def test_a_server_that_is_gone_is_a_failure_told_in_its_words(animator):
    with open_site() as site:
        row = sheet(site, "/aide")
        client = site.client()
    with client:
        check_links(probe=client.probe, now=noon(DAY))

    found = CheckedAddress.objects.get(url=row.source_url)
    assert (found.status, found.why, found.failures) == (None, "link_silent", 1)


def test_an_address_of_our_own_network_is_never_asked(site, animator):
    put(a_programme("Piège", slug="piege", source_url="http://169.254.169.254/latest"))

    run(site)

    assert CheckedAddress.objects.get().why == "link_not_public"
    assert site.asked == []


def moved(site: Site, status: int = 301) -> Programme:
    site.pages["/ancienne"] = page(b"", status=status, location="/nouvelle")
    site.pages["/nouvelle"] = FINE
    return sheet(site, "/ancienne", contact_url=f"{site.url}/ancienne")


def test_a_page_that_moved_for_good_is_proposed_and_accepted_for_every_sheet(site, animator):
    row = moved(site)
    put(a_programme("Autre", slug="autre", source_url=row.source_url))
    run(site)
    (address,) = moved_addresses()

    assert decide_move(address=address, accepted=True, by=animator) == 2

    row.refresh_from_db()
    assert (row.source_url, row.contact_url) == (f"{site.url}/nouvelle",) * 2
    assert list(moved_addresses()) == []
    assert Event.objects.filter(target_type="address").get().by == animator


def test_a_move_refused_never_comes_back(site, animator):
    moved(site)
    run(site)
    decide_move(address=moved_addresses().get(), accepted=False, by=animator)

    run(site, days=40)

    assert list(moved_addresses()) == []
    with pytest.raises(Refused):
        decide_move(address=CheckedAddress.objects.get(), accepted=True, by=animator)


@pytest.mark.parametrize("status", [302, 307])
def test_a_passing_redirect_proposes_nothing(site, animator, status):
    moved(site, status)

    run(site)

    assert list(moved_addresses()) == []


def test_only_an_animator_decides(site, animator):
    moved(site)
    run(site)
    contributor = a_person("contributrice@exemple.test", Role.CONTRIBUTOR)

    with pytest.raises(Refused) as caught:
        decide_move(address=moved_addresses().get(), accepted=True, by=contributor)

    assert caught.value.code == "animators_only"


class Killed(BaseException):
    pass


def test_a_run_is_bounded_and_one_that_is_killed_goes_on_where_it_was(site, animator):
    for rank in range(6):
        site.pages[f"/aide-{rank}"] = FINE
        sheet(site, f"/aide-{rank}")

    def kill(done: int, _total: int) -> None:
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        run(site, progress=kill)
    second, third = run(site, at_most=3), run(site)

    assert (second.asked, third.asked) == (3, 1)
    assert sorted(set(site.paths())) == [f"/aide-{rank}" for rank in range(6)]
    assert len(site.paths()) == 6


def test_addresses_of_drafts_and_of_nobody_are_not_asked(site, animator):
    put(a_programme("Brouillon", slug="brouillon", status="draft", source_url=f"{site.url}/brouillon"))
    CheckedAddress.objects.create(url=f"{site.url}/oubliee")

    assert run(site).asked == 0


def test_when_nothing_answers_the_silence_is_ours_and_nothing_is_held_against_anyone(animator):
    with open_site() as site:
        for rank in range(8):
            sheet(site, f"/aide-{rank}")
        client = site.client()
    with client:
        done = check_links(probe=client.probe, now=noon(DAY))

    assert (done.asked, done.failed) == (5, 0)
    assert not CheckedAddress.objects.filter(failures__gt=0).exists()
    assert CheckedAddress.objects.filter(checked_at=None).count() == 8


def test_a_silent_address_counts_as_soon_as_another_answers(site, animator):
    with open_site() as gone:
        for rank in range(2):
            sheet(gone, f"/a-perdue-{rank}")
    site.pages["/aide"] = FINE
    sheet(site, "/aide")
    with site.client(also=gone) as client:
        done = check_links(probe=client.probe, now=noon(DAY))

    assert (done.asked, done.failed) == (3, 2)
