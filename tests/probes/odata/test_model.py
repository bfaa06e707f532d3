"""OData: what is asked about the model, and do documents and answers get the right rule for what is wrong with them?"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cpo_probe.catalogue import texts
from cpo_probe.catalogue.texts import CheckText
from cpo_probe.model import Blocker, Exchange, FailureKind, Outcome, Problems, Result, Span
from cpo_probe.protocols import odata
from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext
from tests.probes.make import HOST, Record, exchange, interface
from tests.probes.odata.cases_model import EDMX, NAME, OLD, PAGE, ROOT, XML, csdl, refer

Pages = dict[str, list[bytes]]


def served(pages: Pages) -> Starlette:
    """What each path answers, one body after the other; the last one from then on."""
    left = {path: list(bodies) for path, bodies in pages.items()}

    def answer(request: Request) -> Response:
        bodies = left.get(request.url.path)
        if not bodies:
            return Response(status_code=404)
        return Response(bodies.pop(0) if len(bodies) > 1 else bodies[0], media_type="application/xml")

    return Starlette(routes=[Route("/{rest:path}", answer)])


@pytest.fixture
def asked(registry: Registry) -> Callable[..., Any]:
    async def run(known: bytes, pages: Pages | None = None) -> FakeContext:
        """The model of a service that was described so, and answers so now."""
        held = exchange(body=known, headers=(XML,), url=f"{ROOT}/$metadata", purpose="odata.metadata")
        fact = registry.facts["cpo_probe_content.probes.odata.metadata.Odata"]
        made = fact.run(interface(kind="odata", url=ROOT, description=""), Record((held,)))
        context = FakeContext(served(pages or {"/odata/$metadata": [known]}), facts={"Odata": made})
        context.interface = interface(kind="odata", url=ROOT)
        await registry.probes["odata.model"].run(context)
        return context

    return run


def urls(context: FakeContext) -> list[str]:
    return [e.request.url.removeprefix(HOST) for e in context.asked]


async def test_metadata_that_stays_the_same_is_asked_for_once_more(asked: Callable[..., Any]) -> None:
    assert urls(await asked(csdl())) == ["/odata/$metadata"]


async def test_metadata_that_changed_is_asked_for_a_third_time(asked: Callable[..., Any]) -> None:
    assert urls(await asked(csdl(), {"/odata/$metadata": [csdl(""), csdl()]})) == ["/odata/$metadata"] * 2


async def test_documents_that_refer_to_each_other_are_fetched_once(asked: Callable[..., Any]) -> None:
    one = csdl(references=refer("b.xml"))
    two = csdl(references=refer("$metadata", "a") + refer("c.xml", "c") + refer("b.xml"), namespace="b", sets="")
    three = csdl(references=refer("b.xml"), namespace="c", sets="")
    pages = {"/odata/$metadata": [one], "/odata/b.xml": [two], "/odata/c.xml": [three]}
    assert urls(await asked(one, pages)) == ["/odata/$metadata", "/odata/b.xml", "/odata/c.xml"]


async def test_documents_of_other_hosts_are_not_fetched(asked: Callable[..., Any]) -> None:
    one = csdl(references=refer("https://vocabularies.example/b.xml") + refer("//plm.example.evil/c.xml", "c"))
    assert urls(await asked(one)) == ["/odata/$metadata"]


async def test_references_without_an_end_are_bounded(asked: Callable[..., Any], registry: Registry) -> None:
    pages = {f"/odata/{n}.xml": [csdl(references=refer(f"{n + 1}.xml", f"n{n + 1}"), namespace=f"n{n}")] for n in range(30)}
    one = csdl(references=refer("0.xml", "n0"))
    context = await asked(one, pages | {"/odata/$metadata": [one]})
    assert urls(context)[-1] == "/odata/7.xml"
    assert len(context.asked) <= registry.probes["odata.model"].cost


@pytest.mark.parametrize(("body", "blocker"), [(PAGE, Blocker.NOT_COVERED), (csdl()[:300], Blocker.NOT_COVERED), (OLD, None)])
async def test_without_a_model_of_odata_4_nothing_is_asked(
    asked: Callable[..., Any], body: bytes, blocker: Blocker | None
) -> None:
    context = await asked(body)
    assert (context.asked, context.blocker) == ([], blocker)


def problems(registry: Registry, check: str, **given: Any) -> Problems | Result:
    """What the rules say; the fact is made from the evidence that is given."""
    fact = registry.facts["cpo_probe_content.probes.odata.metadata.Odata"]
    home = interface(kind="odata", url=ROOT, description="")
    api = fact.run(home, Record(given.pop("evidence")))
    said: Problems | Result = registry.checks[check].run(**given, api=api, **({"interface": home} if "payload" in check else {}))
    return said


def recorded(body: bytes, purpose: str = "odata.metadata", url: str = f"{ROOT}/$metadata", **note: Any) -> Exchange:
    return exchange(200, (XML,), body, url=url, purpose=purpose, note=note)


def by_rules(registry: Registry, body: bytes, *others: Exchange) -> set[str]:
    held = recorded(body)
    said = problems(registry, "odata.csdl.key-exists", exchange=held, evidence=(held, *others))
    assert isinstance(said, Problems)
    return {problem.rule for problem in said}


def test_each_rule_of_the_model_finds_its_own(registry: Registry) -> None:
    assert by_rules(registry, csdl()) == set()
    assert by_rules(registry, csdl(NAME + NAME)) == {"names-unique"}
    assert by_rules(registry, csdl('<Property Name="X" Type="a.Nothing"/>')) == {"type-exists"}
    assert by_rules(registry, csdl('<Property Name="X" Type="z.Thing"/>')) == {"in-scope"}


def test_a_document_that_is_referred_to_is_known_and_not_blamed_on_the_service(registry: Registry) -> None:
    uses = '<Property Name="X" Type="b.Size"/><Property Name="Y" Type="b.Nothing"/>'
    one = csdl(uses, refer("b.xml"))
    wrong = '<ComplexType Name="Size"><Property Name="Z" Type="b.Absent"/></ComplexType>'
    library = (
        f'<edmx:Edmx Version="4.0" xmlns:edmx="{EDMX}"><edmx:DataServices>'
        f'<Schema Namespace="b" xmlns="http://docs.oasis-open.org/odata/ns/edm">{wrong}</Schema>'
        "</edmx:DataServices></edmx:Edmx>"
    ).encode()
    other = recorded(library, "odata.model.reference", f"{ROOT}/b.xml", uri=f"{ROOT}/b.xml")
    assert by_rules(registry, one) == set()  # not read: nothing is known about it
    held = recorded(one)
    said = problems(registry, "odata.csdl.type-exists", exchange=held, evidence=(held, other))
    assert isinstance(said, Problems)
    assert [(problem.rule, problem.location, problem.found) for problem in said] == [("type-exists", "a.Item/Y", "b.Nothing")]


def test_what_is_no_metadata_of_odata_4_is_left_to_other_checks(registry: Registry) -> None:
    for body, code in ((PAGE, "no_metadata"), (OLD, "older_version")):
        said = problems(registry, "odata.csdl.key-exists", exchange=recorded(body), evidence=(recorded(csdl()),))
        assert isinstance(said, Result)
        assert (said.outcome, said.code) == (Outcome.NOT_APPLICABLE, code)


def judged(registry: Registry, path: str, value: Any, status: int = 200, **more: Any) -> Problems | Result:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    headers = (("Content-Type", "application/json"), ("OData-Version", "4.0"))
    answer = exchange(status, headers, body, url=f"{ROOT}{path}", purpose="odata.read", **more)
    known = more.pop("known", csdl())
    return problems(registry, "odata.payload.kind", exchange=answer, evidence=(recorded(known), answer))


CONTEXT = {"@odata.context": "$metadata#Items"}


def test_an_answer_is_held_against_the_model(registry: Registry) -> None:
    said = judged(registry, "/Items", {**CONTEXT, "value": [{"ID": "1", "Name": "x"}]})
    assert isinstance(said, Problems)
    assert [(p.rule, p.location, p.params["code"]) for p in said] == [("payload.kind", "Items/value/*/ID", "payload_kind")]
    assert "payload.shape" in said.unsaid and "payload.kind" not in said.unsaid


def test_a_value_that_was_hidden_in_the_record_is_not_judged(registry: Registry) -> None:
    value = {**CONTEXT, "value": [{"ID": "[redacted]", "Name": "x"}]}
    said = judged(registry, "/Items", value, redacted=(Span("response.body", "/value/0/ID", 1, "d"),))
    assert isinstance(said, Problems)
    assert not list(said) and not said.counts


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/Items", b"{", 200, "unparsable"),
        ("/Items/$count", b"3", 200, "unknown_resource"),
        ("/Items", b"", 200, "no_content"),
        ("/Items?$apply=aggregate(ID with max as M)", {"value": []}, 200, "transformed"),
        ("/Items", {"value": []}, 207, "other_answer"),
    ],
)
def test_of_other_answers_it_is_said_why_they_are_not_judged(
    registry: Registry, path: str, body: Any, status: int, code: str
) -> None:
    said = judged(registry, path, body, status)
    assert isinstance(said, Result)
    assert said.code == code


GOOD, WRONG = {**CONTEXT, "value": [{"ID": 1, "Name": "x"}]}, {**CONTEXT, "value": [{"ID": "1", "Name": "x"}]}
READS = (odata.batch.Read("1", f"{ROOT}/Items"), odata.batch.Read("2", "Items"))


def in_json(*bodies: Any) -> Exchange:
    parts = [{"id": str(n), "status": 200, "body": body} for n, body in enumerate(bodies, 1)]
    return batch(json.dumps({"responses": parts}).encode(), "application/json", odata.batch.write_json(READS))


def in_parts(*bodies: Any) -> Exchange:
    head = (
        "--b\r\nContent-Type: application/http\r\nContent-ID: {}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    )
    parts = "".join(f"{head.format(n)}{json.dumps(body)}\r\n" for n, body in enumerate(bodies, 1))
    asked = odata.batch.write_multipart(READS, "a", "plm.example")
    return batch(f"{parts}--b--\r\n".encode(), "multipart/mixed; boundary=b", asked)


def batch(body: bytes, media: str, asked: bytes) -> Exchange:
    made = exchange(
        200, (("Content-Type", media), ("OData-Version", "4.0")), body, method="POST", url=f"{ROOT}/$batch", purpose="odata.batch"
    )
    return replace(made, request=replace(made.request, body=asked))


@pytest.mark.parametrize(("made", "pointer"), [(in_json, "/responses/1/body/value/0/ID"), (in_parts, "/value/0/ID")])
def test_answers_inside_of_a_batch_are_judged_each_by_itself(
    registry: Registry, made: Callable[..., Exchange], pointer: str
) -> None:
    for bodies, found in (((GOOD, GOOD), []), ((GOOD, WRONG), [("Items/value/*/ID", pointer)])):
        answer = made(*bodies)
        said = problems(registry, "odata.payload.kind", exchange=answer, evidence=(recorded(csdl()), answer))
        assert isinstance(said, Problems)
        assert [(p.location, p.where.pointer) for p in said] == found
        assert "payload.kind" not in said.unsaid and "payload.shape" in said.unsaid


def test_what_is_no_answer_to_a_batch_is_not_taken_apart(registry: Registry) -> None:
    broken = (in_json(), batch(b"--b", "multipart/mixed", b""), batch(b'{"responses": []}', "application/json", b""))
    for answer in broken:
        said = problems(registry, "odata.payload.kind", exchange=answer, evidence=(recorded(csdl()), answer))
        assert isinstance(said, Result) and said.outcome is Outcome.NOT_APPLICABLE


def test_trouble_on_the_way_is_no_error_of_each_rule(registry: Registry) -> None:
    for status, code in ((0, "no_response"), (200, "incomplete_answer")):
        broken = exchange(status, url=f"{ROOT}/Items", purpose="odata.read", failure=FailureKind.DISCONNECTED)
        said = problems(registry, "odata.payload.kind", exchange=broken, evidence=(recorded(csdl()), broken))
        assert isinstance(said, Result)
        assert (said.outcome, said.code) == (Outcome.NOT_APPLICABLE, code)


def test_a_refusal_is_judged_as_an_error(registry: Registry) -> None:
    said = judged(registry, "/Items", {"error": {"message": "no"}}, 403)
    assert isinstance(said, Problems)
    assert {p.rule for p in said} == {"payload.error"}
    assert {"denied", "put_off"} <= registry.checks["odata.payload.error"].accepts


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_rule_has_a_sentence(registry: Registry, language: str) -> None:
    english = {id: CheckText(c.title, c.text, c.remedy) for id, c in registry.checks.items()}
    spoken = texts(registry.roots, language, None, english)
    rules = {c.rule.replace(".", "_") for id, c in registry.checks.items() if id.startswith("odata.payload.")}
    assert len(rules) > 20
    assert not {*rules, "csdl_rule"} - set(spoken.reasons)
