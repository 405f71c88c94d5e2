"""Which of our sheets the sheets of a run look like, when nothing surer says which they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from maillage.core.dedup import Pair, Sheet, Verdict, pairs
from maillage.core.records import ProgrammeRecord
from maillage.core.wording import Reason, because
from maillage.curation.models import Proposal, ProposalKind, ProposalState, SheetKind
from maillage.curation.places import Gazetteer
from maillage.curation.resemblance import awake_uids, is_worth_asking, known_verdicts, programme_sheets, sheet_of_record
from maillage.harvest.models import HarvestRun
from maillage.harvest.queries import ParsedProgramme, connector_of, parsed_named
from maillage.inventory.actions.programmes import programme_uid
from maillage.inventory.models import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Our sheet (its uid) that a sheet of the source looks like, with why."""

    uid: str
    reasons: tuple[Reason, ...]


def likenesses(run: HarvestRun, *, gazetteer: Gazetteer) -> Mapping[str, Alike]:
    """For each identifier of the source that we do not know yet, our sheet that looks most like what it tells.

    The whole run is compared at once, so that words are weighed over everything: some seconds for 5 000 sheets.
    """
    made = {str(uid) for uid in made_by(run).values_list("uid", flat=True)}
    ours = [sheet for sheet in programme_sheets() if sheet.key not in made]
    if not ours:
        return {}
    taken = {sheet.key for sheet in ours}
    fresh: dict[str, tuple[str, Sheet]] = {}
    for name, record in _unknown(run):
        settled, _ = gazetteer.settled(record)
        key = record.uid or programme_uid(origin=record.origin, origin_id=record.origin_id, slug=record.slug)
        if key not in taken and key not in fresh:
            fresh[key] = (name, sheet_of_record(settled, key=key))
    if not fresh:
        return {}
    known = known_verdicts(kind=SheetKind.PROGRAMME, awake=awake_uids(kind=SheetKind.PROGRAMME))
    found: dict[str, Alike] = {}
    named = {sheet.key: sheet for sheet in ours}
    for pair in pairs([sheet for _, sheet in fresh.values()], against=ours, known=known):
        name, sheet = fresh[pair.left]
        is_asked = pair.verdict is not Verdict.DIFFERENT and is_worth_asking(sheet, named[pair.right])
        if is_asked and name not in found:
            found[name] = Alike(uid=pair.right, reasons=_why(pair))
    return found


def made_by(run: HarvestRun) -> QuerySet[Programme]:
    """The sheets that this run made: a run that was killed goes on as if it had not been, without meeting its own."""
    return Programme.objects.filter(proposals__run=run, proposals__kind=ProposalKind.NEW)


def _why(pair: Pair) -> tuple[Reason, ...]:
    said = because("looks_like", percent=round(100 * pair.probability))
    return (said, *(clue.reason for clue in pair.clues if clue.reason.code != "dup_prior"))


def _unknown(run: HarvestRun) -> Iterator[tuple[str, ProgrammeRecord]]:
    """The sheets of a run whose identifier neither the inventory nor a decision knows, by that identifier."""
    decided = Proposal.objects.filter(source=run.source, state=ProposalState.ACCEPTED).exclude(programme=None)
    known = set(decided.values_list("origin_id", flat=True))
    origin = connector_of(run.source).origin
    known |= set(Programme.objects.filter(origin=origin).exclude(origin_id="").values_list("origin_id", flat=True))
    for name, parsed in parsed_named(run, known=known):
        for one in parsed:
            if isinstance(one, ParsedProgramme):
                yield name, one.record
