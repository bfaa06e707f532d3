"""What does a system offer, starting from one URL?

Order: what the profile declares and names, the URL itself and what it links to, the places that standards define, and only
then the usual places. Every answer is judged by its content.
"""

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from cpo_probe.discovery import found
from cpo_probe.discovery.asking import DOCUMENT, METADATA, PAGE, Asker, Sender
from cpo_probe.discovery.data import holds_elements, lists
from cpo_probe.discovery.links import Candidate, candidates
from cpo_probe.discovery.places import DESCRIPTIONS, OTHERS, PAGES, WELL_KNOWN, bases, below
from cpo_probe.discovery.recognise import Seen
from cpo_probe.discovery.roots import lists_nothing, service_roots
from cpo_probe.model import FORMAT, Declared, Exchange, FailureKind, Identity, Interface, Inventory, NoAuth, Operation, Target
from cpo_probe.protocols import wsdl
from cpo_probe.protocols.openapi import OpenApi, Raw, read

MAX_DEPTH = 3
"""Links followed from one answer to the next."""
MAX_REFERENCES = 10
"""Further documents fetched for one description."""
FEWER = 10
"""Usual places tried below the root of the host, when the URL that was given lies deeper."""

_UNREACHABLE = {FailureKind.DNS, FailureKind.REFUSED, FailureKind.CONNECT_TIMEOUT, FailureKind.TLS}


async def discover(session: Sender, target: Target, *, assume_read_names: bool = False) -> Inventory:
    """Interfaces and operations of the target, and everything that was tried (at most `asking.MOST` requests).

    `assume_read_names`: the user confirmed that POST operations called get..., list... only read.
    Ends early, with what has been found, when the budget is spent or the run was stopped.
    """
    search = _Search(session, target, assume_read_names)
    await search.run()
    return search.inventory


class _Search:
    def __init__(self, session: Sender, target: Target, by_name: bool) -> None:
        self._asker = Asker(session)
        self._target = target
        self._by_name = by_name
        self._interfaces: dict[str, Interface] = {}
        self._operations: dict[str, tuple[Operation, ...]] = {}
        self._invented = b""  # body of the answer to an invented path, when it is a success
        self._anything: set[str] = set()  # what such answers are
        self._base_answer: tuple[Exchange, Seen] | None = None
        self._empty = False

    @property
    def inventory(self) -> Inventory:
        operations = tuple(operation for listed in self._operations.values() for operation in listed)
        return Inventory(FORMAT, tuple(self._interfaces.values()), operations, tuple(self._asker.tried), self._empty, "")

    async def run(self) -> None:
        target = self._target
        if await self._base() in _UNREACHABLE:
            return
        for declared in target.declared:
            await self._declared(declared)
        for place in target.discovery.places:
            await self._visit(Candidate(place, "named by the profile or the command line"))
        guess = target.discovery.guess
        guessing = guess == "always" or (guess == "auto" and not target.declared)
        for place in bases(target.base_url):
            await self._below(place, guessing)
        await self._data()
        self._exports()
        self._fall_back()

    # -- what is asked ---------------------------------------------------------------------------------------------------

    async def _base(self) -> FailureKind | None:
        """The URL that was given; its failure when there is no answer at all."""
        base = self._target.base_url
        answer = await self._asker.ask(base, what="base", why="the URL that was given", accept=PAGE)
        if answer is None:
            return None
        failure = answer[0].failure
        if answer[0].response is None:
            return failure.kind if failure else None
        if answer[1].kind == "nothing" and urlsplit(base).path != "/":
            why = "the URL that was given, without its last slash"
            answer = await self._asker.ask(base.rstrip("/"), what="base", why=why, accept=PAGE) or answer
        self._base_answer = answer
        if not isinstance(self._target.auth, NoAuth):
            why = "what strangers see at the URL that was given"
            await self._asker.ask(base, what="base", why=why, identity=Identity.ANONYMOUS, accept=PAGE)
        return None

    async def _declared(self, declared: Declared) -> None:
        """An interface of the profile; it is in the inventory whether its description answers or not."""
        root = declared.url or self._target.base_url
        usual = {"odata": urljoin(root.rstrip("/") + "/", "$metadata"), "wsdl": _wsdl_of(root), "openapi": ""}
        place = declared.description or usual.get(declared.kind, root)
        why = f"{declared.kind} interface declared by the profile"
        before = set(self._interfaces)
        if place:
            await self._visit(Candidate(place, why), declared=declared)
        if not any(self._interfaces[id].kind == declared.kind for id in set(self._interfaces) - before):
            instead = await self._instead(declared, place, why)
            self._put(found.undescribed(declared, self._target.base_url, f"{why}, no description was found", instead))

    async def _instead(self, declared: Declared, place: str, why: str) -> Exchange | None:
        """What was answered where a WSDL should be: its checks say what it is. Of other kinds a description is one, or none."""
        if declared.kind != "wsdl":
            return None
        answer = await self._asker.ask(place, what="description", why=why, accept=_accept(place))
        return answer[0] if answer is not None and answer[0].response is not None else None

    async def _below(self, place: str, guessing: bool) -> None:
        """RFC 9727, links of the first answer, RFC 8615, and the usual places; first below the URL that was given.

        The root of the host may belong to other systems as well: links from there are followed only as long as nothing
        was found below the URL that was given.
        """
        given = place == self._target.base_url
        follow = given or not self._interfaces
        catalogue = urljoin(place, ".well-known/api-catalog")
        await self._visit(Candidate(catalogue, "API catalogue (RFC 9727)"), what="api-catalog", follow=follow)
        if given and self._base_answer is not None:
            await self._take(*self._base_answer, Candidate(place, "the URL that was given"))
        if urlsplit(place).path == "/":
            for path, why in WELL_KNOWN:
                await self._visit(Candidate(urljoin(place, f".well-known/{path}"), why), what="well-known", follow=follow)
        if guessing and follow:
            await self._guess(place, DESCRIPTIONS if given else DESCRIPTIONS[:FEWER])

    async def _guess(self, place: str, descriptions: tuple[tuple[str, str], ...]) -> None:
        if not self._interfaces:
            await self._invent(place)
        if place != self._target.base_url:
            await self._visit(Candidate(place, "the root of the host"), what="place")
        await self._try("openapi", place, descriptions, "usual place of OpenAPI")
        if not self._interfaces:
            await self._try("", place, OTHERS, "usual place")
            await self._try("", place, PAGES, "usual place")

    async def _try(self, kind: str, base: str, places: tuple[tuple[str, str], ...], why: str) -> None:
        """Ask one by one until an interface of that kind (of any, for "") is known."""
        for path, who in places:
            if not self._asker.may_guess or (kind in self._kinds() if kind else self._interfaces):
                return
            await self._visit(Candidate(below(base, path), f"{why}: {who}"), what="place")

    async def _invent(self, base: str) -> None:
        """What a path that nobody serves is answered with: some systems send a page and 200."""
        url = urljoin(base, "cpo-probe-no-such-page")
        answer = await self._asker.ask(
            url, what="soft-404", why="an invented path: how does this system say that it knows nothing?"
        )
        if answer is not None and 200 <= answer[0].status < 300:
            self._invented = answer[0].body
            self._anything.add(answer[1].kind)

    async def _data(self) -> None:
        """Whether every list that can be asked without arguments is empty."""
        outcomes: list[bool | None] = []
        for interface in self._interfaces.values():
            for operation in lists(self._operations.get(interface.id, ()))[: 3 - len(outcomes)]:
                url = interface.url + operation.template
                why = f"does the system hold data? {operation.id}"
                answer = await self._asker.ask(url, what="data", why=why, about=(interface, operation), fresh=True)
                seen = answer[1] if answer is not None else None
                outcomes.append(holds_elements(seen.value) if seen is not None and seen.kind == "json" else None)
        self._empty = bool(outcomes) and all(outcome is False for outcome in outcomes)

    # -- what becomes of an answer ---------------------------------------------------------------------------------------

    async def _visit(
        self,
        candidate: Candidate,
        *,
        what: str = "description",
        depth: int = 0,
        declared: Declared | None = None,
        follow: bool = True,
    ) -> None:
        if self._asker.asked(candidate.url):
            return
        answer = await self._asker.ask(candidate.url, what=what, why=candidate.why, accept=_accept(candidate.url))
        if answer is not None and follow:
            await self._take(*answer, candidate, depth=depth, declared=declared)

    async def _take(
        self, exchange: Exchange, seen: Seen, candidate: Candidate, *, depth: int = 0, declared: Declared | None = None
    ) -> None:
        why = candidate.why
        match seen.kind:
            case "openapi":
                await self._openapi(*await self._described(exchange, seen), declared, why)
            case "edmx" | "odata":
                await self._odata(exchange, seen, declared, why)
            case "wsdl":
                await self._wsdl(*await self._described(exchange, seen), declared, why)
            case "oslc":
                exchange, seen = await self._described(exchange, seen)
                await self._add(self._placed(found.oslc(exchange, seen, declared, why)), exchange, seen)
            case "html" | "script" | "json" | "linkset" if exchange.body != self._invented and depth < MAX_DEPTH:
                for link in candidates(exchange, seen, candidate.page):
                    await self._visit(link, depth=depth + 1, declared=declared)

    async def _described(self, exchange: Exchange, seen: Seen) -> tuple[Exchange, Seen]:
        """The description under its own purpose, however it was found."""
        if exchange.purpose == "discovery.description":
            return exchange, seen
        why = "the description that was found"
        url = exchange.request.url
        answer = await self._asker.ask(url, what="description", why=why, accept=_accept(url), fresh=True)
        return answer if answer is not None and answer[1].kind == seen.kind else (exchange, seen)

    async def _openapi(self, exchange: Exchange, seen: Seen, declared: Declared | None, why: str) -> None:
        raw = read(exchange.body, exchange.media_type)
        if not isinstance(raw, Raw):
            return
        api, documents = await self._with_references(raw, exchange)
        interface = self._placed(found.openapi(api, exchange, seen, self._target.scope, declared, why))
        operations = found.effects(
            api.operations(interface.id), declared.read_operations if declared else (), by_name=self._by_name
        )
        known = self._operations.get(interface.id)
        if known is not None and {o.id for o in operations} <= {o.id for o in known}:
            self._asker.remark(exchange.id, f"the same operations as {interface.id}")
            return
        if known is not None:  # another description of the same root (springdoc groups): told apart by its own path
            id = f"{interface.id}#{urlsplit(exchange.request.url).path}"
            interface, operations = replace(interface, id=id), tuple(replace(o, interface=id) for o in operations)
        interface = replace(interface, documents=documents, options={**interface.options, "openapi": api.stated})
        await self._add(interface, exchange, seen)
        self._operations[interface.id] = operations

    async def _with_references(self, raw: Raw, exchange: Exchange) -> tuple[OpenApi, tuple[str, ...]]:
        """The description together with the documents in scope that it refers to, and those refer to."""
        others: dict[str, bytes] = {}
        ids: list[str] = []
        api = OpenApi.build(raw, exchange.request.url, others)
        missing = [url for url in api.references if not self._asker.asked(url)]
        while missing and len(ids) < MAX_REFERENCES:
            answer = await self._asker.ask(missing[0], what="reference", why="the description refers to this document")
            if answer is not None and 200 <= answer[0].status < 300:
                others[missing[0]] = answer[0].body
                ids.append(answer[0].id)
                api = OpenApi.build(raw, exchange.request.url, others)
            missing = [url for url in api.references if not self._asker.asked(url)]
        return api, tuple(ids)

    async def _wsdl(self, exchange: Exchange, seen: Seen, declared: Declared | None, why: str) -> None:
        """The interface of a WSDL, its operations, and the documents in scope that it imports."""
        bodies = {exchange.request.url: exchange.body}
        ids: list[str] = []
        description = wsdl.build(exchange.request.url, bodies)
        missing = [reference.url for reference in description.missing]
        while missing and len(ids) < MAX_REFERENCES:
            answer = await self._asker.ask(missing[0], what="reference", why="the description refers to this document")
            if answer is not None and answer[0].status == 200:
                bodies[missing[0]] = answer[0].body
                ids.append(answer[0].id)
                description = wsdl.build(exchange.request.url, bodies)
            missing = [r.url for r in description.missing if not self._asker.asked(r.url)]
        interface = self._placed(found.wsdl(description, exchange, seen, self._target.scope, declared, why))
        if interface.id not in self._interfaces:
            read = declared.read_operations if declared else ()
            self._operations[interface.id] = found.effects(found.calls(description, interface.id), read, by_name=self._by_name)
        await self._add(replace(interface, documents=tuple(ids)), exchange, seen)

    async def _odata(self, exchange: Exchange, seen: Seen, declared: Declared | None, why: str) -> None:
        if declared is None and exchange.request.url.rstrip("/") != self._target.base_url.rstrip("/"):
            await self._invent(self._target.base_url)
            if seen.kind in self._anything:
                self._asker.remark(exchange.id, "as an invented path is answered with")
                return
        roots = service_roots(exchange, seen, declared)
        for root in roots:
            why_metadata = "metadata of the OData service root"
            answer = await self._asker.ask(f"{root}$metadata", what="description", why=why_metadata, accept=METADATA)
            if answer is not None and answer[1].kind == "edmx":
                exchange, seen = answer
                break
        else:
            if not roots or (declared is None and lists_nothing(seen)):
                self._asker.remark(exchange.id, "but no root of a service")
                return
            root = roots[-1]
        exchange, seen = await self._described(exchange, seen)
        await self._add(self._placed(found.odata(root, exchange, seen, declared, why)), exchange, seen)

    async def _add(self, interface: Interface, exchange: Exchange, seen: Seen) -> None:
        """Into the inventory, once, with the answer to: can the description be read without log-in?"""
        if interface.id in self._interfaces:
            self._asker.remark(exchange.id, f"the same as {interface.id}")
            return
        anonymous: bool | None = True
        if not isinstance(self._target.auth, NoAuth):
            why = "can the description be read without log-in?"
            url, who = exchange.request.url, Identity.ANONYMOUS
            answer = await self._asker.ask(url, what="anonymous", why=why, identity=who, accept=_accept(url))
            anonymous = None if answer is None else answer[1].kind == seen.kind
        self._interfaces[interface.id] = replace(interface, anonymous=anonymous)

    def _placed(self, interface: Interface) -> Interface:
        return found.below(interface, self._target.base_url)

    def _put(self, interface: Interface) -> None:
        interface = self._placed(interface)
        self._interfaces.setdefault(interface.id, interface)

    def _kinds(self) -> set[str]:
        return {interface.kind for interface in self._interfaces.values()}

    def _exports(self) -> None:
        if self._target.exports:
            interface = self._placed(found.exports(self._target.base_url))
            self._interfaces[interface.id] = interface
            self._operations[interface.id] = found.files(self._target, interface.id)

    def _fall_back(self) -> None:
        if not self._interfaces and self._base_answer is not None:
            self._put(found.web(self._target.base_url, self._base_answer[1].kind, "the URL that was given answers"))


def _wsdl_of(root: str) -> str:
    """Where the WSDL of a service lies; the URL of the WSDL itself may have been given."""
    return root if "wsdl" in urlsplit(root).query.lower() else f"{root}?wsdl"


def _accept(url: str) -> str:
    return METADATA if url.partition("?")[0].endswith("$metadata") else DOCUMENT
