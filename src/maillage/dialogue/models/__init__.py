"""DECIDES TOGETHER: what is prepared, who registers, who was there."""

from maillage.dialogue.models.cycles import Cycle
from maillage.dialogue.models.decisions import (
    Decision,
    DecisionMethod,
    DecisionState,
    FollowUp,
    FollowUpNote,
    FollowUpState,
    Voice,
)
from maillage.dialogue.models.governance import GovernanceRelay, GovernanceRole, LeadRight, RoleKind
from maillage.dialogue.models.letters import (
    Availability,
    DateAnswer,
    DateOption,
    Invitation,
    LetterKind,
    SessionLetter,
)
from maillage.dialogue.models.registrations import Attendance, AttendanceSeat, Registration, RegistrationState
from maillage.dialogue.models.sessions import (
    AgendaMoment,
    Documentation,
    MomentKind,
    ProgrammeVersion,
    Session,
    SessionMode,
    SessionState,
)
from maillage.dialogue.models.speaking import SpeakingTurn
from maillage.dialogue.models.statements import Statement, StatementVote
from maillage.dialogue.models.surveys import Survey, SurveyAnswer, SurveyTurnout
from maillage.dialogue.models.syntheses import (
    Amendment,
    AmendmentState,
    Citation,
    CitedKind,
    Synthesis,
    SynthesisState,
)
from maillage.dialogue.models.topics import ChoiceState, Dot, Topic, TopicChoice
from maillage.dialogue.models.workshops import Note, Rotation, RotationMode, Workshop
from maillage.work.models import LetterState

__all__ = [
    "AgendaMoment",
    "Amendment",
    "AmendmentState",
    "Attendance",
    "AttendanceSeat",
    "Availability",
    "ChoiceState",
    "Citation",
    "CitedKind",
    "Cycle",
    "DateAnswer",
    "DateOption",
    "Decision",
    "DecisionMethod",
    "DecisionState",
    "Documentation",
    "Dot",
    "FollowUp",
    "FollowUpNote",
    "FollowUpState",
    "GovernanceRelay",
    "GovernanceRole",
    "Invitation",
    "LeadRight",
    "LetterKind",
    "LetterState",
    "MomentKind",
    "Note",
    "ProgrammeVersion",
    "Registration",
    "RegistrationState",
    "RoleKind",
    "Rotation",
    "RotationMode",
    "Session",
    "SessionLetter",
    "SessionMode",
    "SessionState",
    "SpeakingTurn",
    "Statement",
    "StatementVote",
    "Survey",
    "SurveyAnswer",
    "SurveyTurnout",
    "Synthesis",
    "SynthesisState",
    "Topic",
    "TopicChoice",
    "Voice",
    "Workshop",
]
