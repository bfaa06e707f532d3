"""A SOAP service of spyne on 127.0.0.1, as 1.1 and as 1.2. Runs in its own virtual environment: serve.py PORT."""

import os
import sys
from datetime import UTC, datetime
from decimal import Decimal
from secrets import token_urlsafe
from typing import Any
from wsgiref.simple_server import make_server

from spyne import Application, ComplexModel, DateTime, Fault, Integer, Iterable, ServiceBase, Unicode, rpc
from spyne import Decimal as Number
from spyne.protocol.soap import Soap11, Soap12
from spyne.server.wsgi import WsgiApplication
from spyne.util.wsgi_wrapper import WsgiMounter

SPACE = "urn:plm:items"
State = Unicode(values=["in work", "released"], type_name="State")


class Item(ComplexModel):  # type: ignore[misc]
    """A part, a document or what else is managed."""

    __namespace__ = SPACE
    id = Integer(min_occurs=1, nillable=False)
    number = Unicode(min_occurs=1, nillable=False)
    title = Unicode(min_occurs=1, nillable=False)
    state = State
    mass = Number
    modified = DateTime


ITEMS = [
    Item(
        id=n,
        number=f"P-{1000 + n}",
        title=title,
        state="released" if n % 2 else "in work",
        mass=Decimal(n) / 4,
        modified=datetime(2024, n, 3, 8, 30, tzinfo=UTC),
    )
    for n, title in enumerate(("Bolt", "Nut", "Washer", "Shaft", "Housing"), 1)
]


class Items(ServiceBase):  # type: ignore[misc]
    """Items by list and by id."""

    @rpc(Integer, _returns=Iterable(Item))  # type: ignore[untyped-decorator]
    def listItems(ctx: Any, limit: int | None) -> list[Item]:
        """All items, at most as many as limit says."""
        return ITEMS[:limit]

    @rpc(Integer(min_occurs=1, nillable=False), _returns=Item)  # type: ignore[untyped-decorator]
    def getItem(ctx: Any, id: int) -> Item:
        """The item of that id."""
        found = [item for item in ITEMS if item.id == id]
        if not found:
            raise Fault("Client.NotFound", f"there is no item {id}")
        return found[0]

    @rpc(Integer(min_occurs=1, nillable=False), _returns=Integer)  # type: ignore[untyped-decorator]
    def deleteItem(ctx: Any, id: int) -> int:
        """Takes an item away."""
        ITEMS[:] = [item for item in ITEMS if item.id != id]
        return len(ITEMS)


class Shown(ComplexModel):  # type: ignore[misc]
    """The header of a message of somebody who has logged in."""

    __namespace__ = SPACE
    sessionId = Unicode(min_occurs=1)


SESSIONS: set[str] = set()


class Entry(ServiceBase):  # type: ignore[misc]
    """Who may come in."""

    @rpc(Unicode(min_occurs=1), Unicode(min_occurs=1), _returns=Unicode)  # type: ignore[untyped-decorator]
    def logIn(ctx: Any, user: str, word: str) -> str:
        """The id of a session."""
        if (user, word) != (os.environ["PEER_USER"], os.environ["PEER_PASSWORD"]):
            raise Fault("Client.Authentication", "user or password is wrong")
        SESSIONS.add(token_urlsafe(24))
        return next(iter(SESSIONS))


class SessionItems(ServiceBase):  # type: ignore[misc]
    """Items for those who have logged in."""

    __in_header__ = Shown

    @rpc(_returns=Unicode)  # type: ignore[untyped-decorator]
    def logOut(ctx: Any) -> str:
        """Ends the session."""
        _session(ctx)
        SESSIONS.clear()
        return "bye"

    @rpc(Integer, _returns=Iterable(Item))  # type: ignore[untyped-decorator]
    def listItems(ctx: Any, limit: int | None) -> list[Item]:
        """All items, at most as many as limit says."""
        _session(ctx)
        return ITEMS[:limit]

    @rpc(Integer(min_occurs=1, nillable=False), _returns=Item)  # type: ignore[untyped-decorator]
    def getItem(ctx: Any, id: int) -> Item:
        """The item of that id."""
        _session(ctx)
        return next(item for item in ITEMS if item.id == id)

    @rpc(Integer(min_occurs=1, nillable=False), _returns=Integer)  # type: ignore[untyped-decorator]
    def deleteItem(ctx: Any, id: int) -> int:
        """Takes an item away."""
        _session(ctx)
        return len(ITEMS)


def _session(ctx: Any) -> None:
    if ctx.in_header is None or ctx.in_header.sessionId not in SESSIONS:
        raise Fault("Client.Session", "there is no such session")


def main(port: int) -> None:
    def served(protocol: Any, *services: Any) -> WsgiApplication:
        own = protocol(validator="lxml")
        return WsgiApplication(Application([*services] or [Items], SPACE, name="Items", in_protocol=own, out_protocol=protocol()))

    app = WsgiMounter({})
    app.mounts = {"soap11": served(Soap11), "soap12": served(Soap12), "session": served(Soap11, Entry, SessionItems)}
    make_server("127.0.0.1", port, app).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
