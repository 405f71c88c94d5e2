"""Published sheets changed directly by those who keep them: by role, by object, and without losing a text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from maillage.accounts.models import Event, Role, User
from maillage.actors.actions import put_organisations
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.core.errors import Refused
from maillage.core.records import ProgrammeRecord, version_of
from maillage.curation.actions import edit_programme
from maillage.inventory.actions import put_programmes
from maillage.inventory.models import Programme
from maillage.inventory.queries import programme_record, whole_programmes
from tests.factories.records import a_programme, an_operator, an_organisation
from tests.web.conftest import person, signed_in

SHEET = "/programmes/recyclage-friches"
ACTOR = "/acteurs/agence-ternois"
PATHS = (f"{SHEET}/modifier", f"{ACTOR}/modifier")
WORDS = "Une aide pour dépolluer une friche, la réhabiliter, et dire à ses voisins ce qu’elle devient, pas à pas."


@pytest.fixture
def member(commons: Any) -> Client:
    """A contributor whom an animateur confirmed in the organisation that carries the sheets."""
    return signed_in(a_member())


def a_member(state: str = MembershipState.CONFIRMED, role: Role = Role.CONTRIBUTOR) -> User:
    user = person(role, "membre@exemple.test")
    organisation = Organisation.objects.get(slug="agence-ternois")
    Membership.objects.create(user=user, organisation=organisation, state=state)
    return user


def sheet(slug: str) -> ProgrammeRecord:
    return programme_record(whole_programmes().get(slug=slug))


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What a browser would send back untouched."""
    context = client.get(path).context
    sent: dict[str, Any] = {"version": context["version"]}
    for bound in context["form"]:
        value = bound.value()
        if value not in (None, "", False, ()):
            sent[bound.html_name] = list(value) if isinstance(value, tuple | list) else str(value)
    return sent


@pytest.fixture
def partner(commons: Any) -> tuple[Any, Any]:
    """The agency, and another organisation that funds beside it."""
    put_organisations([an_organisation("Autre agence", slug="autre-agence")], by=None)
    return (an_operator(), an_operator("autre-agence", "Autre agence", role="funder"))


@pytest.mark.parametrize("path", PATHS)
def test_by_role_only_animateurs_change_any_published_sheet(commons, client, visitor, contributor, animator, path):
    assert client.get(path).status_code == 302
    assert (visitor.get(path).status_code, contributor.get(path).status_code) == (403, 403)
    assert (visitor.post(path, {}).status_code, contributor.post(path, {}).status_code) == (403, 403)
    assert animator.get(path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("state", "role", "status"),
    [
        (MembershipState.CONFIRMED, Role.CONTRIBUTOR, 200),
        (MembershipState.ASKED, Role.CONTRIBUTOR, 403),
        (MembershipState.REFUSED, Role.CONTRIBUTOR, 403),
        (MembershipState.CONFIRMED, Role.VISITOR, 403),
    ],
    ids=["confirmed", "asked", "refused", "no longer a contributor"],
)
def test_by_object_only_confirmed_members_of_the_organisation_change_it(commons, path, state, role, status):
    assert signed_in(a_member(state, role)).get(path).status_code == status


def test_a_member_of_one_organisation_changes_nothing_of_another(member, partner):
    put_programmes([a_programme("Autre aide", slug="autre-aide", operators=(partner[1],))], by=None)

    assert member.get("/acteurs/autre-agence/modifier").status_code == 403
    assert member.get("/programmes/autre-aide/modifier").status_code == 403


def test_a_funder_does_not_keep_the_sheet_it_funds(member, partner):
    carried = (an_operator("autre-agence", "Autre agence"), an_operator(role="funder"))
    put_programmes([a_programme("Financée", slug="financee", operators=carried)], by=None)

    assert member.get("/programmes/financee/modifier").status_code == 403


def test_an_author_who_keeps_nothing_proposes_once_their_sheet_is_published(contributor):
    author = User.objects.get(email="contributeur@exemple.test")
    put_programmes([a_programme("Mon aide", slug="mon-aide")], by=author)

    page = contributor.get("/programmes/mon-aide").content.decode()

    assert contributor.get("/programmes/mon-aide/modifier").status_code == 403
    assert "/programmes/mon-aide/modifier" not in page
    assert "/corrections/nouvelle?fiche=" in page
    listed = contributor.get("/mon-espace/fiches").content.decode()
    assert "/corrections/nouvelle?fiche=/programmes/mon-aide" in listed


@pytest.mark.parametrize("status", ["draft", "review", "archived"])
def test_only_a_published_sheet_is_changed_here(animator, status):
    put_programmes([a_programme("Autre", slug="autre", status=status)], by=None)

    assert animator.get("/programmes/autre/modifier").status_code == 404


@pytest.mark.parametrize(("path", "who"), [(SHEET, "member"), (ACTOR, "member"), (SHEET, "animator")])
def test_the_sheet_offers_to_change_it_to_those_who_may(request, path, who, client, commons):
    assert f"{path}/modifier" not in client.get(path).content.decode()
    assert f"{path}/modifier" in request.getfixturevalue(who).get(path).content.decode()


def test_a_change_shows_at_once_and_stands_in_the_history_under_a_name(member):
    path = f"{SHEET}/modifier"
    sent = {"description": WORDS, "conditions": "Un\nDeux", "reread": "on"}

    answer = member.post(path, form_of(member, path) | sent)

    row = whole_programmes().get(slug="recyclage-friches")
    event = Event.objects.filter(target_key=str(row.uid)).latest("id")
    page = member.get(SHEET).content.decode()
    assert (answer.status_code, answer.headers["Location"]) == (302, SHEET)
    assert (row.description, row.conditions, row.status) == (WORDS, ["Un", "Deux"], "published")
    assert row.verified_on is not None
    assert (event.by.email, event.facts["fields"]) == (
        "membre@exemple.test",
        ["description", "conditions", "verified_on"],
    )
    assert "De quoi s’agit-il, Conditions" in page
    assert "Nom de contributor" in page


def test_a_form_sent_back_untouched_changes_nothing(member, partner):
    whole = a_programme(
        "Aide entière",
        slug="aide-entiere",
        description="Première ligne.\n\nSeconde ligne. " * 5,
        natures=("CATALYST", "PUBLIC"),
        stages=(),
        conditions=("Être  ici", "Deux"),
        operators=partner,
        excluded_zones=("COM-62041",),
        zones=("DEP-62",),
    )
    put_programmes([whole], by=None)
    before = sheet("aide-entiere")
    path = "/programmes/aide-entiere/modifier"
    sent = form_of(member, path)

    assert member.post(path, sent | {"description": sent["description"].replace("\n", "\r\n")}).status_code == 302
    assert sheet("aide-entiere") == before


def test_naming_another_carrier_keeps_the_other_organisations(member, partner):
    put_programmes([a_programme("À deux", slug="a-deux", operators=partner)], by=None)
    path = "/programmes/a-deux/modifier"

    member.post(path, form_of(member, path) | {"operator": "Agence nouvelle"})

    assert [(ref.name, ref.role) for ref in sheet("a-deux").operators] == [
        ("Agence nouvelle", "operator"),
        ("Autre agence", "funder"),
    ]


def test_a_wrong_value_says_so_and_keeps_what_was_typed(member):
    path = f"{SHEET}/modifier"
    answer = member.post(path, form_of(member, path) | {"zones": "99999", "description": WORDS})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "99999" in page
    assert WORDS in page
    assert sheet("recyclage-friches").description != WORDS


def test_of_two_who_write_at_once_neither_text_is_lost(member, animator):
    path = f"{SHEET}/modifier"
    first, second = form_of(member, path), form_of(animator, path)
    others = WORDS.replace("voisins", "élus")

    one = animator.post(path, second | {"description": others, "price": "SHARED"})
    clash = member.post(path, first | {"description": WORDS})
    page = clash.content.decode()

    assert (one.status_code, clash.status_code) == (302, 409)
    assert sheet("recyclage-friches").description == others
    assert WORDS in page
    assert "élus" in page
    assert 'value="SHARED" selected' in page
    version = re.search(r'name="version" value="([0-9a-f]+)"', page).group(1)
    again = member.post(path, first | {"version": version, "description": WORDS, "price": "SHARED"})
    assert (again.status_code, sheet("recyclage-friches").description) == (302, WORDS)


def test_an_organisation_is_changed_by_its_members_with_the_same_rule(member, animator):
    path = f"{ACTOR}/modifier"
    first, second = form_of(member, path), form_of(animator, path)

    one = animator.post(path, second | {"description": "Elle conseille les communes."})
    clash = member.post(path, first | {"description": "Elle accompagne les communes.", "phone": "01 00 00 00 00"})
    kept = {"version": clash.context["version"], "description": "Elle conseille et accompagne."}
    again = member.post(path, first | kept | {"phone": "01 00 00 00 00"})

    row = Organisation.objects.get(slug="agence-ternois")
    event = Event.objects.filter(target_type="organisation", target_key=str(row.uid)).latest("id")
    assert (one.status_code, clash.status_code, again.status_code) == (302, 409, 302)
    assert "conseille" in clash.content.decode()
    assert (row.description, row.phone) == ("Elle conseille et accompagne.", "01 00 00 00 00")
    assert sorted(event.facts["fields"]) == ["description", "phone"]


def test_a_local_variant_follows_what_it_had_from_its_national_sheet(animator):
    told = sheet("recyclage-friches").description
    local = a_programme("Ici", slug="ici", variant_of="recyclage-friches", description=told, price="PAID")
    put_programmes([local], by=None)
    path = f"{SHEET}/modifier"

    animator.post(path, form_of(animator, path) | {"description": WORDS, "price": "FREE"})

    assert (sheet("ici").description, sheet("ici").price) == (WORDS, "PAID")


def test_the_action_itself_refuses_whoever_keeps_nothing(contributor):
    known = sheet("recyclage-friches")
    with pytest.raises(Refused) as refused:
        edit_programme(known, version=version_of(known), by=User.objects.get(email="contributeur@exemple.test"))

    assert refused.value.code == "keepers_only"


def test_the_list_of_kept_sheets_costs_the_same_with_one_and_three(member, django_assert_max_num_queries):
    Programme.objects.exclude(slug="recyclage-friches").update(status="archived")
    with django_assert_max_num_queries(40) as one:
        assert member.get("/mon-espace/fiches").content.decode().count("/modifier") == 1
    Programme.objects.update(status="published")
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert member.get("/mon-espace/fiches").content.decode().count("/modifier") == 3
