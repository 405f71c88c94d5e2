"""Work that only thinks, done by a second process while this one reads and writes: the other core.

The child is given a function, then one batch after another, and dies with whoever started it: its input ends. Whatever
befalls it, the batch it held is worked out here, and so are the next ones.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import IO, Any, Generic, TypeVar, cast

Given = TypeVar("Given")
Made = TypeVar("Made")


class Beside(Generic[Given, Made]):
    """A function, done beside where there is another core. `give` a batch, `take` what it made, then the next."""

    def __init__(self, work: Callable[[Given], Made]) -> None:
        """`work`: a function of a module, whose batches and results can be pickled."""
        self._work = work
        self._held: list[Given] = []
        self._child: subprocess.Popen[bytes] | None = None
        if _cores() > 1:
            self._child = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            self._tell(work)

    def give(self, batch: Given) -> None:
        """Have this batch worked out; comes back at once. One that nobody took is forgotten, with who held it."""
        if self._held:
            self.end()
        self._held = [batch]
        self._tell(batch)

    def take(self) -> Made:
        """What the batch given last makes. Raises what the function raises."""
        batch = self._held.pop()
        if self._child and self._child.stdout:
            try:
                return cast(Made, pickle.load(self._child.stdout))  # noqa: S301  # our own process, on its pipe
            except (OSError, EOFError, pickle.UnpicklingError):
                self.end()
        return self._work(batch)

    def end(self) -> None:
        """Let the child go; what is still given is worked out here."""
        child, self._child = self._child, None
        if child:
            child.kill()
            child.communicate()

    def _tell(self, said: object) -> None:
        if self._child and self._child.stdin:
            try:
                _say(said, self._child.stdin)
            except OSError:
                self.end()


def _cores() -> int:
    """The processors this process may use; all there are on a system that cannot say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _say(said: object, pipe: IO[bytes]) -> None:
    pickle.dump(said, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def main() -> None:
    """What the child does: the function first, then batches, until there is nobody to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not speak in our place
    try:
        work: Callable[[Any], Any] = pickle.load(sys.stdin.buffer)  # noqa: S301  # from the process that started us
        gc.disable()  # batches come and go whole, without circles
        while True:
            _say(work(pickle.load(sys.stdin.buffer)), answers)  # noqa: S301  # same
    except (EOFError, BrokenPipeError):
        os._exit(0)


if __name__ == "__main__":
    main()
