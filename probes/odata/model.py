"""OData: does the description stay the same, is it the same in JSON, and can the documents it refers to be read?

At most ten requests per service.
"""

from collections.abc import Iterator
from itertools import pairwise

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlDocument,
    CsdlModel,
    Exchange,
    Exchanges,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
    untestable,
)

from .metadata import METADATA, METADATA_JSON, REFERENCE, Odata, document_of, unread

AGAIN = "odata.model.again"
REFERENCES = 8
"""Documents that are fetched, those included that are referred to by others."""
MOST = 20  # differences that are reported one by one
BODY = Where("response.body")


@probe(needs="odata", id="odata.model", purposes=(AGAIN, REFERENCE), after="odata.service", cost=2 + REFERENCES)
async def model(ctx: Context) -> None:
    """The metadata once more, a third time if it is another; the documents that it refers to on hosts in scope."""
    known = ctx.fact(Odata)
    if known.model is None or known.model.old:
        unread(ctx, known)
        return
    for why in ("metadata once more: is it the same?", "it was another: which of the two holds?"):
        again = await ctx.get(f"{ctx.interface.url}/$metadata", purpose=AGAIN, why=why, accept="application/xml")
        document = document_of(again) if again.status == 200 else None
        if not isinstance(document, CsdlDocument) or not odata.differences(known.model, CsdlModel(document)):
            break
    await _references(ctx, known.model)


async def _references(ctx: Context, known: CsdlModel) -> None:
    """Wide before deep, each URL once: documents that refer to each other end the search by themselves."""
    others: dict[str, CsdlDocument] = {}
    asked: list[str] = []
    while True:
        missing = CsdlModel(known.root, others).missing
        url = next((u for u in missing if u not in asked and ctx.in_scope(u)), "")
        if not url or len(asked) == REFERENCES:
            return
        asked.append(url)
        why, accept = "a document that the metadata refers to", "application/xml"
        answer = await ctx.get(url, purpose=REFERENCE, why=why, accept=accept, note={"uri": url})
        document = document_of(answer) if answer.status == 200 else None
        if isinstance(document, CsdlDocument):
            others[url] = document


@check(
    "odata.metadata.stable",
    of=(METADATA, AGAIN),
    per="interface",
    needs="odata",
    clause="OData 4.01 Part 1, 5.2 Model Versioning",
    severity="major",
)
def metadata_stable(exchanges: Exchanges) -> Results:
    """The metadata document says the same each time.

    Types, properties, keys, sets and operations of all readings in one run, one after the other. A service that changes
    once in between got a new release, which is no finding.
    Remedy: make the document from the model alone, without regard to who asks, which server answers, and when.
    """
    read = [(e.id, d) for e in exchanges if e.status == 200 and isinstance(d := document_of(e), CsdlDocument) and not d.old]
    ids = [id for id, _ in read]
    if len(read) < 2:
        return not_applicable("no_metadata", exchanges=ids)
    pairs = ((one, two) for (_, one), (_, two) in pairwise(read) if one is not two)
    changes = [found for one, two in pairs if (found := odata.differences(CsdlModel(one), CsdlModel(two)))]
    if len(changes) == 1:
        return untestable(Blocker.WINDOW, exchanges=ids)
    return [_differs("model_changed", *one, ids) for one in changes[0][:MOST]] if changes else passed(exchanges=ids)


def _differs(code: str, path: str, one: str, other: str, ids: list[str]) -> Result:
    absent = "nothing"
    return failed(code, expected=one or absent, found=other or absent, where=BODY, location=path, exchanges=ids, path=path)


@check(
    "odata.metadata.json",
    of=(METADATA, METADATA_JSON),
    per="interface",
    needs="odata",
    clause="OData CSDL JSON 4.01, 4; OData 4.01 Part 1, 11.1.2",
    severity="major",
)
def metadata_json(exchanges: Exchanges) -> Results:
    """Metadata in JSON, where the service offers it, is CSDL JSON and says the same as the XML.

    The same types with the same properties, keys and relations, the same sets, singletons and operations. Offering it is
    optional for most services; who asks for JSON and gets XML may read that.
    Remedy: write both from the same model, or answer 406.
    """
    kept = list(exchanges)
    asked = next((e for e in kept if e.purpose == METADATA_JSON), None)
    if asked is None or asked.status != 200 or not asked.media_type.endswith("json"):
        return not_applicable("not_published", exchanges=[asked.id] if asked else [])
    document = document_of(asked)
    if not isinstance(document, CsdlDocument) or document.syntax != "json":
        found = document.syntax if isinstance(document, CsdlDocument) else document.found
        return failed("no_csdl", expected="CSDL JSON", found=found, where=BODY, exchanges=[asked.id], reason="root")
    xml = next((d for e in kept if e.purpose == METADATA and (d := _xml(e)) is not None), None)
    ids = [e.id for e in kept]
    if xml is None:
        return not_applicable("no_metadata", exchanges=ids)
    found_differences = odata.differences(CsdlModel(xml), CsdlModel(document))
    return [_differs("other_in_json", *one, ids) for one in found_differences[:MOST]] or passed(exchanges=ids)


def _xml(exchange: Exchange) -> CsdlDocument | None:
    document = document_of(exchange) if exchange.status == 200 else None
    return document if isinstance(document, CsdlDocument) and document.syntax == "xml" and not document.old else None


@check(
    "odata.metadata.references",
    of=(METADATA, REFERENCE),
    per="interface",
    needs="odata",
    clause="OData CSDL XML 4.01, 4.1 Reference, 4.2 Included Schema",
    severity="minor",
)
def references(exchanges: Exchanges, api: Odata) -> Results:
    """The documents that the metadata refers to can be read, and hold the schemas that are included from them.

    Read are documents on the host of the service and on hosts of the profile; those of others are not tested. Without
    them a client does not know the types and terms that are used.
    Remedy: serve the documents under the URLs that the metadata names, or correct the URLs.
    """
    if api.model is None or api.model.old:
        return not_applicable("no_metadata")
    if not api.model.root.references:
        return not_applicable("nothing_referred_to")
    answers = {str(e.note.get("uri", "")): e for e in exchanges if e.purpose == REFERENCE}
    return list(_read(api.model, answers))


def _read(model: CsdlModel, answers: dict[str, Exchange]) -> Iterator[Result]:
    wanted: dict[str, set[str]] = {}
    for url, reference in model.references:
        wanted.setdefault(url, set()).update(one.namespace for one in reference.includes)
    for url, namespaces in sorted(wanted.items()):
        answer = answers.get(url)
        if url == model.root.url:
            yield passed(location=url)
            continue
        if answer is None:
            yield untestable(Blocker.OUT_OF_SCOPE, location=url)
            continue
        document = document_of(answer)
        ids = [answer.id]
        if answer.status != 200:
            where = Where("response.status")
            yield failed("unavailable", expected=200, found=answer.status, where=where, location=url, exchanges=ids)
        elif not isinstance(document, CsdlDocument):
            reason = str(document.params.get("reason", ""))
            found = document.found
            yield failed("no_csdl", expected="CSDL", found=found, where=BODY, location=url, exchanges=ids, reason=reason)
        elif absent := sorted(namespaces - {schema.namespace for schema in document.schemas}):
            shown = sorted(schema.namespace for schema in document.schemas)
            yield failed("schema_absent", expected=absent, found=shown, where=BODY, location=url, exchanges=ids)
        else:
            yield passed(location=url, exchanges=ids)
