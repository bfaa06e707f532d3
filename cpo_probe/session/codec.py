"""How is zeep asked without ever blocking the loop, or taking the run with it?"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from cpo_probe.protocols.soap.calling import Call, Outcome

SECONDS = 60.0
"""How long one question may take; loading a description of some megabytes is the longest."""
_LINE = 64 * 2**20

T = TypeVar("T")


class CodecFailure(Exception):
    """`kind`: "description", "arguments" or "answer" as zeep said; "codec" when its process ended or took too long."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Codec:
    """zeep in a process of its own, with one description loaded. An async context manager; questions are asked in turn.

    A process that ended or hung is started again at the next question.
    """

    def __init__(self, start: str, documents: Mapping[str, bytes], *, seconds: float = SECONDS) -> None:
        self._load = Call("load", start=start, documents=dict(documents))
        self._seconds = seconds
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._end()

    async def ask(self, call: Call, type: type[T]) -> T:
        """The answer of zeep as that type; raises `CodecFailure`."""
        async with self._turn:
            if self._process is None:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "cpo_probe.protocols.soap.zeep_process", stdin=PIPE, stdout=PIPE, limit=_LINE
                )
                await self._said(self._load)
            return msgspec.convert(await self._said(call), type)

    async def _said(self, call: Call) -> Any:
        assert self._process is not None and self._process.stdin is not None and self._process.stdout is not None
        try:
            async with asyncio.timeout(self._seconds):
                self._process.stdin.write(msgspec.json.encode(call) + b"\n")
                await self._process.stdin.drain()
                line = await self._process.stdout.readline()
        except TimeoutError:
            await self._end()
            raise CodecFailure("codec", f"no answer within {self._seconds:g} s") from None
        except (ConnectionError, ValueError) as error:  # it ended while it was asked; an answer of more than a line may hold
            await self._end()
            raise CodecFailure("codec", f"its process failed: {error}") from None
        if not line:
            await self._end()
            raise CodecFailure("codec", "its process ended, most likely for want of memory")
        outcome = msgspec.json.decode(line, type=Outcome)
        if outcome.error:
            if call.what == "load":
                await self._end()
            raise CodecFailure(outcome.error, str(outcome.value))
        return outcome.value

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.communicate()
