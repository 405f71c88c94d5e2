"""Which jobs exist, what each does and when: read from the list that `settings.JOBS` names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from maillage.accounts.models import User
from maillage.core.errors import Unknown

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""As systemd names them; Monday is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a job comes back, in the time zone of the house: each hour, each day or each week.

    `hour` None means every hour; `weekday` (0 is Monday) None means every day.
    """

    minute: int = 0
    hour: int | None = None
    weekday: int | None = None

    def latest(self, now: dt.datetime) -> dt.datetime:
        """The last moment it came back, `now` included. `now` bears its time zone, which is the one read."""
        moment = now.replace(minute=self.minute, second=0, microsecond=0)
        if self.hour is None:
            return moment if moment <= now else moment - dt.timedelta(hours=1)
        moment = moment.replace(hour=self.hour)
        while moment > now or (self.weekday is not None and moment.weekday() != self.weekday):
            moment -= dt.timedelta(days=1)
        return moment

    def following(self, now: dt.datetime) -> dt.datetime:
        """The next moment it comes back, after `now`."""
        step = dt.timedelta(hours=1) if self.hour is None else dt.timedelta(days=1 if self.weekday is None else 7)
        return self.latest(now) + step

    @property
    def cron(self) -> str:
        """The five fields of a crontab."""
        hour = "*" if self.hour is None else self.hour
        weekday = "*" if self.weekday is None else (self.weekday + 1) % 7
        return f"{self.minute} {hour} * * {weekday}"

    @property
    def calendar(self) -> str:
        """`OnCalendar` of a systemd timer."""
        day = "" if self.weekday is None else f"{DAYS[self.weekday]} "
        hour = "*" if self.hour is None else f"{self.hour:02}"
        return f"{day}*-*-* {hour}:{self.minute:02}:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """A job as the function that does it sees it.

    `progress(done, total)` says how far it is, `total` 0 when unknown; it raises when the job must stop there: call it
    between two transactions.
    """

    key: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    by: User | None = None
    progress: Callable[[int, int], None]


Action = Callable[[InHand], Mapping[str, int] | None]
"""Does the job; doing it twice must change nothing more. Returns counts to show, under their French names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One kind of job. `schedule` None: only when something asks for it. `tries`: after as many failures, it stops."""

    name: str
    label: str | Promise
    action: Action
    schedule: Schedule | None = None
    tries: int = 5


@lru_cache(maxsize=4)
def _duties(path: str) -> dict[str, Duty]:
    found: Sequence[Duty] = import_string(path)
    return {duty.name: duty for duty in found}


def duties() -> Mapping[str, Duty]:
    """Every kind of job, by name, in the order of the list."""
    return _duties(settings.JOBS)


def duty_named(name: str) -> Duty:
    """The kind of job of this name. Raises Unknown("job_unknown")."""
    found = duties()
    if name not in found:
        raise Unknown("job_unknown", value=name, known=sorted(found))
    return found[name]
