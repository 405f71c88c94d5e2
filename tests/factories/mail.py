"""A real mail server on this machine, and what it received."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class Letters:
    """What the server received. `answer`: what it says to the letter of this rank, from 1."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    answer: Callable[[int], str] = lambda _rank: "250 OK"
    rank: int = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message when it is accepted."""
        self.rank += 1
        said = self.answer(self.rank)
        if said.startswith("250"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
        return said

    def texts(self) -> list[str]:
        """The text of each message, in order."""
        return [message.get_body(("plain",)).get_content() for message in self.messages]

    def newest_to(self, address: str) -> str:
        """The text of the last message to this address, waited for at most a minute."""
        for _ in range(600):
            for message in reversed(self.messages):
                if address in message["To"]:
                    return message.get_body(("plain",)).get_content()
            time.sleep(0.1)
        raise AssertionError(f"no message for {address}")

    def receivers(self) -> list[str]:
        """To whom, sorted."""
        return sorted(str(message["To"]) for message in self.messages)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(handler: Any) -> Iterator[int]:
    """The port of a mail server that hands what it is told to this handler, until the end of the block."""
    from aiosmtpd.controller import Controller

    # It tells each command from a thread of its own, where what pytest captured for a test may be closed already.
    logging.getLogger("mail").setLevel(logging.CRITICAL + 1)
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def mail_server() -> Iterator[Letters]:
    """A server that listens until the end of the block."""
    box = Letters()
    with listening(box) as box.port:
        yield box
