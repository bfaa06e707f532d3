"""How is the same request carried by another client: the system's curl, with HTTP and TLS of its own?

curl gets everything on its standard input, so that no secret stands in its arguments, its environment or a file. It is told
the addresses that the guard has admitted, follows nothing by itself and reads no settings of the user. A process lives for
one request, and is killed when that is cancelled, takes too long or grows too large.
"""

import asyncio
import math
import os
import re
import shutil
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cpo_probe.errors import ScopeError
from cpo_probe.model import Blocker, FailureKind, Limits, Target
from cpo_probe.session.ask import Outgoing
from cpo_probe.session.backend import Backend
from cpo_probe.session.curl_answer import FACTS, Ended, raw_of, unreached
from cpo_probe.session.faults import FAULTS
from cpo_probe.session.guard import is_literal
from cpo_probe.session.raw import Raw
from cpo_probe.session.recorder import SecretSource
from cpo_probe.session.stream import Phases

LARGEST = 64 * 2**10
"""Bytes of a request's body: older versions of curl read no longer lines of settings."""
_HEADS = 512 * 2**10  # bytes of the answer's fields
_START = 20.0  # seconds in which it has to say its version
_TAIL = 4096  # bytes that curl says about the exchange
_OWN = frozenset({"host", "content-length", "user-agent"})  # curl writes them, or has an option for them
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.1: a line that begins otherwise is read as a file's name
_TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR")  # our own client heeds them too
Setting = tuple[str, str | bytes]


class CurlTransport:
    """Requests through curl. `backend` resolves names under the guard, as for our own connections."""

    def __init__(self, target: Target, backend: Backend, secrets: SecretSource) -> None:
        self._limits = target.limits
        self._transport = target.transport
        self._backend = backend
        self._secrets = secrets
        self._path = shutil.which("curl") or ""
        self._version = ""

    async def product(self) -> str:
        """curl as User-Agent names it: "curl/8.5.0". Raises `ScopeError` where there is none, or it cannot be who we are."""
        if not self._path:
            raise ScopeError(Blocker.PRECONDITION, "there is no curl in PATH: install it, to ask by a second client")
        if self._transport.client_key:
            why = "curl reads the key of a client certificate (transport.client_key) from files only, and secrets go into none"
            raise ScopeError(Blocker.NO_CREDENTIAL, why)
        if not self._version:
            self._version = await self._described()
        return "/".join(self._version.split()[:2])

    async def _described(self) -> str:
        """Version and libraries: "curl 8.5.0 libcurl/8.5.0 OpenSSL/3.0.13 ..."."""
        process = await asyncio.create_subprocess_exec(self._path, "-q", "--version", stdout=PIPE, env=_environment())
        said = b"nothing"
        try:
            async with asyncio.timeout(_START):
                said, _ = await process.communicate()
        except TimeoutError:
            pass  # what does not even say its version is no curl
        finally:
            await _killed(process)
        first = said.decode("latin-1").partition("\n")[0]
        if not first.startswith("curl "):
            raise ScopeError(
                Blocker.PRECONDITION, f"{self._path} --version says {first[:80]!r}: expected is curl and its version"
            )
        return re.sub(r" \([^)]*\)", "", first)

    async def fetch(self, out: Outgoing, seconds: float) -> Raw:
        """Send, and read within the limits, no longer than `seconds`. Raises `ScopeError` for a forbidden address and for what
        curl cannot carry, and `ValueError` for a request that cannot be written down in HTTP.
        """
        phases, begin = Phases(), time.perf_counter()
        try:
            pins = await self._pins(out, phases)
        except FAULTS:
            return unreached(phases, time.perf_counter() - begin, self._version)
        settings = _written((*_request(out), *self._manner(seconds), *pins))
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *(self._path, "-q", "-K", "-"), stdin=PIPE, stdout=PIPE, stderr=PIPE, env=_environment()
        )
        running = _Running(process, self._limits)
        ended = await running.end(settings, seconds)
        return raw_of(ended, self._limits, phases, started - begin, self._version)

    async def _pins(self, out: Outgoing, phases: Phases) -> list[Setting]:
        """The addresses that may be connected to, so that curl looks up no name. Behind a proxy that is the proxy's."""
        proxy = self._backend.proxy
        if proxy and is_literal(out.url.host):
            await self._backend.addresses(out.url.host, 0, phases)  # a written address is judged all the same
        host = proxy[0] if proxy else out.url.raw_host.decode("ascii")
        port = proxy[1] if proxy else out.url.port or (443 if out.url.scheme == "https" else 80)
        found = await self._backend.addresses(host, port, phases)
        if is_literal(host):
            return []
        return [("resolve", f"{host}:{port}:{','.join(f'[{one}]' if ':' in one else one for one in found)}")]

    def _manner(self, seconds: float) -> Iterator[Setting]:
        """Limits, trust and proxy."""
        transport = self._transport
        yield "connect-timeout", f"{self._limits.connect_seconds:g}"
        yield "max-time", f"{seconds + 1:g}"  # by then it was killed, unless we are gone ourselves
        yield from (("speed-limit", "1"), ("speed-time", str(math.ceil(self._limits.read_seconds))))
        if transport.ca:
            yield "cacert", transport.ca
        if transport.client_cert:
            yield "cert", transport.client_cert
        if not transport.verify:
            yield "insecure", ""
        if not transport.proxy:
            yield "noproxy", "*"
            return
        yield "proxy", self._secrets.resolve(transport.proxy)
        yield "suppress-connect-headers", ""
        if transport.proxy_auth:
            yield "proxy-user", self._secrets.resolve(transport.proxy_auth)


def _environment() -> dict[str, str]:
    """No proxy, no home with settings: only whom the system trusts."""
    return {"LC_ALL": "C", **{name: os.environ[name] for name in _TRUST if name in os.environ}}


def _request(out: Outgoing) -> Iterator[Setting]:
    """What is asked, and how the answer comes: fields and trouble on one pipe, the body and what was measured on the other."""
    if len(out.body) > LARGEST or b"\0" in out.body:
        why = f"a body of {len(out.body)} bytes: at most {LARGEST} without zero bytes fit into curl's settings"
        raise ScopeError(Blocker.NOT_COVERED, why)
    url = out.url
    yield "url", b"".join((url.raw_scheme, b"://", url.netloc, url.raw_path))
    yield from ((flag, "") for flag in ("globoff", "path-as-is", "silent", "no-buffer"))
    yield from (("proto", "=http,https"), ("dump-header", "/dev/stderr"), ("output", "-"), ("write-out", FACTS))
    if out.method == "HEAD":
        yield "head", ""
    elif out.method != "GET" or out.body:
        yield "request", out.method
    sized = any(name.lower() == "content-length" for name, _ in out.headers)
    if out.method != "HEAD" and (out.body or sized):
        yield "data-raw", out.body  # "raw": a body that begins with @ names no file
    given = {name.lower() for name, _ in out.headers}
    for name, value in out.headers:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a header field")
        if name.lower() == "user-agent":
            yield "user-agent", value
        elif name.lower() not in _OWN:
            yield "header", f"{name}: {value}" if value else f"{name};"
    yield from (("header", f"{name}:") for name in ("Content-Type", "Expect") if name.lower() not in given)  # none of its own


_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _written(settings: Iterable[Setting]) -> bytes:
    """curl's own format: name = "value", one a line."""
    lines = []
    for name, value in settings:
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if name in ("header", "url", "user-agent") and any(sign in text for sign in "\r\n\0"):
            raise ValueError(f"a line end in {name}: {text[:80]!r}")
        escaped = "".join(_ESCAPED.get(sign, sign) for sign in text)
        lines.append(f'{name} = "{escaped}"' if text or name == "data-raw" else name)
    return "\n".join((*lines, "")).encode("latin-1")


@dataclass(slots=True)
class _Running:
    """One process, and what it has said so far."""

    process: Process
    limits: Limits
    head: bytearray = field(default_factory=bytearray)
    body: bytearray = field(default_factory=bytearray)

    async def end(self, settings: bytes, seconds: float) -> Ended:
        late = False
        try:
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
                assert self.process.stdin and self.process.stdout and self.process.stderr
                group.create_task(self._tell(self.process.stdin, settings))
                group.create_task(self._take(self.process.stdout, self.body, self.limits.wire_bytes + _TAIL))
                group.create_task(self._take(self.process.stderr, self.head, _HEADS))
                group.create_task(self.process.wait())
        except TimeoutError:
            late = True
        finally:
            await _killed(self.process)
        code = self.process.returncode
        own = code if code is not None and code >= 0 and not late else None
        return Ended(own, FailureKind.DEADLINE if late else None, seconds, bytes(self.head), bytes(self.body))

    async def _tell(self, pipe: asyncio.StreamWriter, settings: bytes) -> None:
        try:
            pipe.write(settings)
            await pipe.drain()
            pipe.close()
        except ConnectionError:
            return  # it ended before it had read everything: its code says why

    async def _take(self, pipe: asyncio.StreamReader, into: bytearray, most: int) -> None:
        while piece := await pipe.read(64 * 2**10):
            into += piece
            if len(into) > most and self.process.returncode is None:
                self.process.kill()
                return


async def _killed(process: Process) -> None:
    """Gone, and its pipes closed."""
    if process.returncode is None:
        process.kill()
    await process.communicate()
