"""zeep at the other end of two pipes: `python -m cpo_probe.protocols.soap.zeep_process`.

One JSON object per line comes in, one goes out: a `Call`, and what came of it. The first call loads the description.
"""

import os
import resource
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec

from cpo_probe.protocols.soap.calling import Call, Outcome

MEMORY = 1024 * 2**20
"""Bytes of address space: a description that needs more is refused, not the whole run."""

NICE = 10
"""Loading takes seconds of a processor, which the rest of the run needs for its own requests."""


def serve(calls: BinaryIO, outcomes: BinaryIO) -> None:
    """Answer calls until there are no more."""
    from cpo_probe.protocols.soap.zeep_codec import CodecError, ZeepCodec  # seconds to import: only here

    codec: ZeepCodec | None = None
    for line in calls:
        call = msgspec.json.decode(line, type=Call)
        try:
            if call.what == "load":
                codec, value = ZeepCodec(call.start, call.documents), None
            elif codec is None:
                raise CodecError("description", "nothing was loaded")
            else:
                value = _done(codec, call)
            outcome = Outcome("", value)
        except CodecError as error:
            outcome = Outcome(error.kind, str(error))
        except (MemoryError, RecursionError) as error:
            outcome = Outcome("description", f"{type(error).__name__}: too large for the codec")
        outcomes.write(msgspec.json.encode(outcome) + b"\n")
        outcomes.flush()


def _done(codec: Any, call: Call) -> Any:
    match call.what:
        case "operations":
            return codec.operations()
        case "write":
            return codec.write(call.service, call.port, call.operation, _plain(call.arguments))
        case "read":
            return codec.read(call.service, call.port, call.operation, call.body, call.media_type, call.status)
    raise ValueError(f"unknown call {call.what!r}")


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return dict(arguments)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.nice(NICE)
    serve(sys.stdin.buffer, sys.stdout.buffer)
