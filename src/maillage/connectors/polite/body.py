"""The body of an answer, unpacked onto the disk within bounds: memory does not grow with it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from maillage.core.errors import Unreachable

PIECE = 64 * 1024
RATIO, RATIO_FROM = 200, 4 * 1024 * 1024
"""An answer that unpacks to more than so many times its size is a bomb; small ones may be very regular."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The sha256 and the size in bytes of what was written."""

    sha256: str
    size: int


def write_body(answer: httpx.Response, path: Path, *, limit: int) -> Written:
    """Write the body at `path`, which appears only once it is whole.

    Raises Unreachable when it passes `limit` bytes, packed or unpacked, when it is packed in a way we did not ask for,
    or badly. Nothing is left on the disk then.
    """
    host = answer.request.url.host
    said = answer.headers.get("content-length", "")
    if said.isdigit() and int(said) > limit:
        raise Unreachable("answer_too_large", host=host, limit=limit)
    partial = path.with_name(f"{path.name}.part")
    digest, size = hashlib.sha256(), 0
    try:
        with partial.open("wb") as file:
            for piece in _unpacked(answer, host=host):
                size += len(piece)
                if size > limit:
                    raise Unreachable("answer_too_large", host=host, limit=limit)
                digest.update(piece)
                file.write(piece)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return Written(sha256=digest.hexdigest(), size=size)


def _unpacked(answer: httpx.Response, *, host: str) -> Iterator[bytes]:
    packing = answer.headers.get("content-encoding", "").strip().lower()
    if packing in ("", "identity"):
        yield from answer.iter_raw()
    elif packing in ("gzip", "x-gzip"):
        yield from _inflated(answer, host=host)
    else:
        raise Unreachable("answer_packed_otherwise", host=host, packing=packing[:40])


def _inflated(answer: httpx.Response, *, host: str) -> Iterator[bytes]:
    """The unpacked bytes, at most PIECE at a time whatever is packed in one piece of the answer."""
    unpacker = _unpacker()
    packed = unpacked = 0
    try:
        for piece in answer.iter_raw():
            packed += len(piece)
            rest = piece
            while True:
                if unpacker.eof:
                    if not rest.strip(b"\0"):
                        break
                    unpacker = _unpacker()
                made = unpacker.decompress(rest, PIECE)
                rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
                unpacked += len(made)
                if unpacked > RATIO_FROM and unpacked > packed * RATIO:
                    raise Unreachable("answer_is_a_bomb", host=host, ratio=RATIO)
                yield made
                if not made and not rest:
                    break
    except zlib.error as error:
        raise Unreachable("answer_badly_packed", host=host) from error
    if not unpacker.eof:
        raise Unreachable("answer_cut", host=host)


def _unpacker() -> zlib._Decompress:
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
