"""A real mail server on this machine, that can be asked to misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from tests.factories.mail import listening


@dataclass
class PostOffice:
    """What the server received. `refuse`: address → answer; `drop_after`: the line falls after so many messages;
    `slow_s`: how long each message takes; `on_message`: called once a message is taken, before it is answered."""

    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    drop_after: int | None = None
    slow_s: float = 0.0
    on_message: Callable[[EmailMessage], None] | None = None
    connections: int = 0

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, hostname: str, replies: Any) -> Any:  # noqa: N802 - aiosmtpd's name
        """Count who comes."""
        self.connections += 1
        session.host_name = hostname
        return replies

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take the address, or refuse it."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message, or fail in the way asked for."""
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        if self.drop_after is not None and len(self.messages) >= self.drop_after:
            server.transport.abort()
            return "421 gone"
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.raw.append(bytes(envelope.content))
        self.messages.append(message)
        if self.on_message:
            self.on_message(message)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The messages an address got, in order."""
        return [message for message in self.messages if address in message["To"]]


def text_of(message: EmailMessage) -> str:
    """The words of a message."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@contextmanager
def open_post_office() -> Iterator[tuple[PostOffice, int]]:
    """The server, and its port; closed at the end."""
    office = PostOffice()
    with listening(office) as port:
        office.connections = 0
        yield office, port
