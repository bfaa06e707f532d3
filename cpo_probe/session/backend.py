"""Which address do we connect to, and how long does each step take?"""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpcore

from cpo_probe.model import Failure, FailureKind, Limits, Peer
from cpo_probe.session.guard import Guard, is_literal
from cpo_probe.session.network import Network
from cpo_probe.session.stream import PHASES, Phases, Stream


class Backend(httpcore.AsyncNetworkBackend):
    """Name, address, connection: each one timed, and nothing forbidden is connected to."""

    def __init__(self, guard: Guard, network: Network, limits: Limits, proxy: httpcore.Proxy | None) -> None:
        self._guard = guard
        self._network = network
        self._seconds = limits.connect_seconds
        origin = proxy.url.origin if proxy else None
        self.proxy = (origin.host.decode(), origin.port or 0) if origin else None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream:
        phases = PHASES.get()
        addresses = await self.addresses(host, port, phases)
        begin = time.perf_counter()
        for address in addresses:
            try:
                async with asyncio.timeout(self._seconds):
                    pipe = await self._network.connect(address, port)
            except TimeoutError:
                detail = f"no connection to {address}:{port} within {self._seconds:g} s (limits.connect_seconds)"
                phases.fault = Failure(FailureKind.CONNECT_TIMEOUT, detail)
            except OSError as error:
                phases.fault = Failure(FailureKind.REFUSED, f"no connection to {address}:{port}: {error.strerror or error}")
            else:
                phases.fault = None
                phases.connect = time.perf_counter() - begin
                phases.peer = Peer(address, port, None)
                return Stream(pipe, phases.peer)
        phases.peer = Peer(addresses[-1], port, None)
        raise httpcore.ConnectError(phases.fault.detail if phases.fault else "no address")

    async def addresses(self, host: str, port: int, phases: Phases) -> list[str]:
        """Those that may be connected to. Through a proxy only addresses written in the URL can be judged: it resolves names."""
        if (host, port) == self.proxy:
            return list(await self._resolve(host, port, phases))
        if host != self._guard.base_host and not self._guard.home_known:
            await self._learn_home()
        addresses = await self._resolve(host, port, phases)
        if host == self._guard.base_host:
            self._guard.home(addresses)
        return self._guard.admit(host, addresses)

    async def _learn_home(self) -> None:
        """A log-in server may be asked first: the base URL's addresses are looked up before anybody else's are judged."""
        with suppress(httpcore.ConnectError):  # the target's own exchange will say that its name is not known
            self._guard.home(await self._resolve(self._guard.base_host, 443, Phases()))

    async def _resolve(self, host: str, port: int, phases: Phases) -> tuple[str, ...]:
        if is_literal(host):
            return (host,)
        begin = time.perf_counter()
        try:
            async with asyncio.timeout(self._seconds):
                return await self._network.resolve(host, port)
        except TimeoutError:
            phases.fault = Failure(FailureKind.DNS, f"the name {host} was not resolved within {self._seconds:g} s")
        except (OSError, UnicodeError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            phases.fault = Failure(FailureKind.DNS, f"the name {host} is not known: {reason}")
        finally:
            phases.dns = time.perf_counter() - begin
        raise httpcore.ConnectError(phases.fault.detail if phases.fault else host)
