"""What may be sent at once: refused by what it announces, before a byte of it is kept."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES = 60 * 1024 * 1024
"""A little more than the largest file a page takes, the fields around it included."""


class BoundedUpload(FileUploadHandler):
    """Refuses a request that announces more than we take; the handlers after it keep the others."""

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002 - Django names it
        META: Any,  # noqa: ARG002, N803 - Django names it
        content_length: int,
        boundary: Any,  # noqa: ARG002 - Django names it
        encoding: str | None = None,  # noqa: ARG002 - Django names it
    ) -> None:
        """Raises RequestDataTooBig, which Django answers with 400."""
        if content_length > MOST_BYTES:
            raise RequestDataTooBig(content_length)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - Django names it
        """Hand the bytes to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing of ours to give."""
