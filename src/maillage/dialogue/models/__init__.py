"""DECIDES TOGETHER: what is prepared, who registers, who was there."""

from maillage.dialogue.models.cycles import Cycle
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
from maillage.dialogue.models.workshops import Note, Rotation, RotationMode, Workshop

__all__ = [
    "AgendaMoment",
    "Attendance",
    "AttendanceSeat",
    "Cycle",
    "Documentation",
    "MomentKind",
    "Note",
    "ProgrammeVersion",
    "Registration",
    "RegistrationState",
    "Rotation",
    "RotationMode",
    "Session",
    "SessionMode",
    "SessionState",
    "Workshop",
]
