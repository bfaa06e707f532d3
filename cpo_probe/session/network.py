"""How does a name become addresses, and an address a connection?"""

import asyncio
import socket
from typing import Protocol

from cpo_probe.session.stream import Pipe


class Network(Protocol):
    """The outside world; tests put their own name server here."""

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """Addresses of a name, best first, without duplicates; raises `OSError` (gaierror) when there is none."""
        ...

    async def connect(self, address: str, port: int) -> Pipe:
        """A connection to that very address; raises `OSError`."""
        ...


class SystemNetwork:
    """The system's resolver and sockets."""

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return tuple(dict.fromkeys(str(info[4][0]) for info in infos))

    async def connect(self, address: str, port: int) -> Pipe:
        _, pipe = await asyncio.get_running_loop().create_connection(Pipe, address, port)
        return pipe
