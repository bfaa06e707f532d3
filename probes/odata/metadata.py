"""OData: what does the metadata document say, can it be read, and does the service agree with it?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urldefrag

from cpo_probe.sdk import (
    CSDL_RULES,
    Blocker,
    Context,
    CsdlDocument,
    CsdlModel,
    Evidence,
    Exchange,
    Interface,
    Problem,
    Result,
    Results,
    Where,
    check,
    fact,
    failed,
    not_applicable,
    passed,
    read_csdl,
)

METADATA, METADATA_JSON, REFERENCE = "odata.metadata", "odata.metadata-json", "odata.model.reference"
NEW = ("4.0", "4.01")
_ERRORS = frozenset(rule.id for rule in CSDL_RULES if rule.level == "error")
MOST = 30  # places of one document that are reported one by one


@dataclass(frozen=True, slots=True)
class Odata:
    """The description of an OData service. `model`: None when nothing readable was recorded, or no CSDL.

    `others`: the documents that it refers to and that were read, by absolute URL.
    """

    model: CsdlModel | None
    others: Mapping[str, CsdlDocument] = field(default_factory=dict)

    @property
    def old(self) -> str:
        """The version of a service that speaks OData before 4.0; "" for others, and when nothing is known."""
        return self.model.version if self.model is not None and self.model.old else ""


@fact
def odata(interface: Interface, evidence: Evidence) -> Odata:
    """The metadata as a model, with the documents it refers to in scope; what lies on other hosts stays unknown.

    XML as the probe asked for it, else what discovery took for the description.
    """
    recorded = [e for e in evidence.select(purpose=METADATA, interface=interface.id) if e.status == 200]
    if interface.description:
        recorded.append(evidence.exchange(interface.description))
    documents = (document_of(exchange) for exchange in recorded)
    root = next((d for d in documents if isinstance(d, CsdlDocument)), None)
    if root is None:
        return Odata(None)
    others = {}
    for exchange in evidence.select(purpose=REFERENCE, interface=interface.id):
        document = document_of(exchange)
        if exchange.status == 200 and isinstance(document, CsdlDocument):
            others[str(exchange.note.get("uri", exchange.request.url))] = document
    return Odata(CsdlModel(root, others), others)


def unread(ctx: Context, known: Odata, detail: str = "no metadata") -> None:
    """Why nothing is asked of OData 4: the metadata cannot be read. An earlier version gives no occasion, and needs no word."""
    if not known.old:
        ctx.blocked(Blocker.NOT_COVERED, detail)


async def ask(ctx: Context) -> Odata:
    """Ask for the metadata in XML, and read the answer: the fact of a run at work may be older than this answer."""
    why = "metadata with an ordinary account"
    answer = await ctx.get(f"{ctx.interface.url}/$metadata", purpose=METADATA, why=why, accept="application/xml")
    document = document_of(answer) if answer.status == 200 else None
    return Odata(CsdlModel(document)) if isinstance(document, CsdlDocument) else ctx.fact(Odata)


def document_of(exchange: Exchange) -> CsdlDocument | Problem:
    """The body as CSDL, or why it is none."""
    return _read(exchange.body, urldefrag(exchange.request.url)[0])


@lru_cache(maxsize=8)
def _read(body: bytes, url: str) -> CsdlDocument | Problem:
    """Every check of one interface asks for the same few documents."""
    return read_csdl(body, url)


def no_csdl(problem: Problem) -> Result:
    """What is said of a document that is no CSDL."""
    reason = str(problem.params.get("reason", ""))
    return failed("no_csdl", expected=problem.expected, found=problem.found, where=problem.where, reason=reason)


@check(
    "odata.metadata.available",
    of=METADATA,
    needs="odata",
    clause="OData 4.01 Part 1, 11.1.2; [MS-ODATA] 2.2.7.2.7",
    severity="critical",
)
def metadata_available(exchange: Exchange) -> Result:
    """The metadata document can be read with an ordinary account.

    $metadata below the service root is CSDL. Without it no client can be generated and nothing can be checked.
    Remedy: serve the CSDL document at <service root>/$metadata to everybody who may use the service.
    """
    if exchange.status != 200:
        return failed("unavailable", expected=200, found=exchange.status, where=Where("response.status"))
    document = document_of(exchange)
    return no_csdl(document) if isinstance(document, Problem) else passed()


@check(
    "odata.metadata.valid",
    of=(METADATA, METADATA_JSON),
    needs="odata",
    clause="OData CSDL XML and JSON 4.01, 4 to 14; edmx.xsd, edm.xsd, csdl.schema.json",
    severity="major",
)
def metadata_valid(exchange: Exchange) -> Results:
    """The metadata document has the structure of CSDL.

    Elements, attributes and values as the schemas of the standard have them, in its namespaces; members and values where it
    is offered in JSON, too. What a client cannot read it leaves out, or it refuses the whole document. Attributes of a
    vendor's own are no error. Services before OData 4.0 are not judged here.
    Remedy: let a library write the document; check it with the XML schemas of OASIS when building.
    """
    if exchange.status != 200:
        return not_applicable("other_answer", status=exchange.status)
    document = document_of(exchange)
    in_json = exchange.purpose == METADATA_JSON
    if in_json and (isinstance(document, Problem) or document.syntax != "json"):
        return not_applicable("not_published")  # what came instead is for odata.metadata.json
    if isinstance(document, Problem):
        return no_csdl(document)
    if document.old:
        return not_applicable("older_version", version=document.version)
    found = [_broken(problem) for problem in document.misread if problem.rule in _ERRORS][:MOST]
    return found or passed()


def _broken(problem: Problem) -> Result:
    place = problem.where.pointer or problem.location
    return failed("csdl_broken", expected=problem.expected, found=problem.found, where=problem.where, location=place)


@check(
    "odata.metadata.version",
    of=METADATA,
    needs="odata",
    clause="OData CSDL XML 4.01, 4; OData 4.01 Part 1, 8.1.5",
    severity="minor",
)
def metadata_version(exchange: Exchange) -> Result:
    """The metadata document states the version of the answer that carries it.

    `Version` of an answer with OData-Version 4.0 is 4.0, of one with 4.01 it is 4.01: a client picks its rules by them.
    Remedy: write both from one place.
    """
    stated = exchange.header("odata-version")
    document = document_of(exchange) if exchange.status == 200 else None
    if not isinstance(document, CsdlDocument):
        return not_applicable("no_metadata")
    if document.old:
        return not_applicable("older_version", version=document.version)
    if stated is None:
        return not_applicable("no_version_header")
    if document.version == stated.strip():
        return passed()
    return failed("other_version", expected=document.version, found=stated, where=Where("response.header", "odata-version"))
