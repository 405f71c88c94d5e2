"""The error tree, drawn once.

MaillageError
├── Refused            a rule says no; carries a code and facts, put into French by core.wording
│   ├── Unknown        the thing named does not exist (territory, programme, filter…)
│   ├── Ambiguous      the name fits several things, all named in the facts
│   └── Invalid        a value is not of the expected shape
└── BadSource          the outside world answered something we cannot use
    ├── Unreachable        no answer, an error instead of one, or one past our bounds
    ├── UnreadableFile     not the format it says, truncated, too large
    └── UnreadableRecord   one record of a readable source is malformed
"""

from __future__ import annotations


class MaillageError(Exception):
    """Every error this project raises on purpose: a code, and the facts a sentence needs."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code}: {self.facts}" if self.facts else self.code


class Refused(MaillageError):
    """A rule says no."""


class Unknown(Refused):
    """The thing named does not exist."""


class Ambiguous(Refused):
    """The name fits several things; `candidates` names them."""


class Invalid(Refused):
    """A value is not of the expected shape."""


class BadSource(MaillageError):
    """The outside world answered something we cannot use."""


class Unreachable(BadSource):
    """No answer, an error instead of one, or one past our bounds."""


class UnreadableFile(BadSource):
    """Not the format it says, truncated, or too large."""


class UnreadableRecord(BadSource):
    """One record of a readable source is malformed."""
