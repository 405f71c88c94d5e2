"""Who keeps the calendar: a relay takes the right from some people and gives it to others, with its day, for real."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from maillage.accounts.models import Event, Role, User
from maillage.actors.models import Membership, MembershipState
from maillage.core.errors import Refused
from maillage.dialogue.actions.governing import RelayFields, end_lead, name_lead, relay_role
from maillage.dialogue.actions.programme import MomentFields, add_moment
from maillage.dialogue.actions.sessions import SessionFields, prepare_session
from maillage.dialogue.models import GovernanceRelay, GovernanceRole, LeadRight, Session
from maillage.dialogue.queries.leading import leads
from maillage.dialogue.queries.programme import seen_sessions
from maillage.dialogue.queries.taking_part import is_member_of, may_speak_for
from tests.factories.dialogue import a_session, some_organisations, speaker_of

TODAY = timezone.localdate()
FIELDS = RelayFields(accepted_by="Bureau", accepted_on=TODAY - dt.timedelta(days=20), scope="L’animation.")


@pytest.fixture
def world(animator):
    """An organisation that leads, with an animateur of its own, and one that will, with two people."""
    outgoing, successor, other = some_organisations(3)
    GovernanceRole.objects.create(kind="lead", organisation=outgoing, since_on=dt.date(2020, 7, 1))
    old = speaker_of(outgoing)
    User.objects.filter(pk=old.pk).update(role=Role.ANIMATOR)
    old.refresh_from_db()
    new = [speaker_of(successor), speaker_of(successor, "seconde@exemple.test")]
    return outgoing, successor, other, old, new


def keeps(user: User, session: Session) -> bool:
    """Whether this person really writes in the calendar, not only is said to."""
    try:
        add_moment(session=session, fields=MomentFields(kind="exchange", minutes=10, title="Essai"), by=user)
    except Refused:
        return False
    return True


def test_a_relay_takes_the_right_from_some_and_gives_it_to_others(world):
    outgoing, successor, _, old, new = world
    session = a_session(old, announced=False)
    assert [keeps(each, session) for each in (old, *new)] == [True, False, False]

    relay = relay_role(successor=successor, fields=FIELDS, by=old)

    assert [keeps(each, session) for each in (old, *new)] == [False, True, True]
    assert old.role == Role.ANIMATOR, "the rest of the house is not touched"
    assert [seen_sessions(each).count() for each in (old, new[0])] == [0, 1], "drafts are no longer theirs"
    assert not is_member_of(old, session)
    assert (may_speak_for(old, successor), may_speak_for(old, outgoing)) == (False, True)
    rows = {row.user_id: row for row in LeadRight.objects.all()}
    assert (rows[old.pk].since_on, rows[old.pk].until_on, rows[old.pk].ended_by) == (
        dt.date(2020, 7, 1),
        TODAY,
        relay,
    )
    assert {(rows[each.pk].since_on, rows[each.pk].until_on, rows[each.pk].given_by) for each in new} == {
        (TODAY, None, relay)
    }
    assert relay.dossier["rights"] == {"ended": 1, "given": 2}
    assert "@" not in str(Event.objects.filter(target_type="relay").get().facts), "no person in the log"


def test_a_second_relay_gives_back_and_every_row_is_kept(world):
    outgoing, successor, _, old, new = world
    relay_role(successor=successor, fields=FIELDS, by=old)
    back = RelayFields(accepted_by="Bureau", accepted_on=TODAY, scope="Retour.")
    with pytest.raises(Refused, match="animators_only"):
        relay_role(successor=outgoing, fields=back, by=old)

    relay_role(successor=outgoing, fields=back, by=new[0])

    assert [leads(each) for each in (old, *new)] == [True, False, False]
    assert LeadRight.objects.count() == 4
    assert LeadRight.objects.filter(until_on=None).get().user == old


def test_an_animateur_of_the_house_who_works_for_neither_keeps_the_right(world, animator):
    _, successor, _, old, _ = world
    relay_role(successor=successor, fields=FIELDS, by=old)

    assert leads(animator)


def test_a_relay_to_nobody_is_refused_when_nobody_else_could_lead(world, animator):
    _, _, other, old, _ = world
    User.objects.filter(pk=animator.pk).update(role=Role.VISITOR)

    with pytest.raises(Refused, match="nobody_would_lead"):
        relay_role(successor=other, fields=FIELDS, by=old)

    assert leads(old)
    assert not LeadRight.objects.exists()
    assert not GovernanceRelay.objects.exists()


def test_a_role_that_is_not_the_lead_moves_no_right(world):
    outgoing, successor, _, old, new = world
    GovernanceRole.objects.create(kind="tools", organisation=outgoing, since_on=TODAY)
    relay_role(
        successor=successor,
        fields=RelayFields(accepted_by="Bureau", accepted_on=TODAY, scope="Les outils.", kind="tools"),
        by=old,
    )

    assert [leads(each) for each in (old, *new)] == [True, False, False]
    assert not LeadRight.objects.exists()


def test_the_right_is_named_and_taken_back_and_falls_with_membership(world, animator):
    _, successor, _, old, new = world
    relay_role(successor=successor, fields=FIELDS, by=old)
    third = speaker_of(successor, "troisieme@exemple.test")
    assert not leads(third)
    with pytest.raises(Refused, match="animators_only"):
        name_lead(user=third, by=old)
    with pytest.raises(Refused, match="not_of_the_lead"):
        name_lead(user=old, by=new[0])

    right = name_lead(user=third, by=new[0])
    assert name_lead(user=third, by=new[0]) == right
    assert leads(third)
    end_lead(right=right, by=new[0])
    assert not leads(third)
    with pytest.raises(Refused, match="lead_right_over"):
        end_lead(right=right, by=new[0])
    Membership.objects.filter(user=new[1]).update(state=MembershipState.REFUSED)
    assert not leads(new[1])
    assert not leads(User.objects.create_user("autre@exemple.test", "motdepasse-tres-long"))


def test_the_last_who_leads_cannot_leave_the_calendar_to_nobody(world, animator):
    _, successor, _, old, new = world
    relay_role(successor=successor, fields=FIELDS, by=old)
    User.objects.filter(pk=animator.pk).update(role=Role.VISITOR)
    end_lead(right=LeadRight.objects.get(user=new[1], until_on=None), by=new[0])

    with pytest.raises(Refused, match="nobody_would_lead"):
        end_lead(right=LeadRight.objects.get(user=new[0], until_on=None), by=new[0])

    assert leads(new[0])


def test_who_has_the_right_prepares_the_next_session(world):
    _, successor, _, old, new = world
    relay_role(successor=successor, fields=FIELDS, by=old)

    assert prepare_session(fields=SessionFields(number=40, title="La suite"), by=new[0]).number == 40
    with pytest.raises(Refused, match="animators_only"):
        prepare_session(fields=SessionFields(number=41, title="La suite"), by=old)
