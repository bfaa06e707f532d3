"""REST: does the description tell a reader about each operation what they need?

The checks ask for the exchange that holds the description, so that it is cited as evidence.
"""

from cpo_probe.sdk import (
    Blocker,
    Evidence,
    Exchange,
    Inventory,
    NoAuth,
    OpenApi,
    Operation,
    Outcome,
    Plan,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    untestable,
)

DESCRIPTION = "discovery.description"
CLAUSE = "OpenAPI 3.1, 4.8.10 Operation Object"


def _judge(name: str, operation: Operation, api: OpenApi) -> Results:
    """One result per item of that kind; the item is part of the subject."""
    try:
        items = api.contract(operation.id).documentation.of(name)
    except KeyError:
        return not_applicable("not_described")
    if not items:
        return not_applicable("not_needed")
    return [
        passed(location=item.about)
        if item.present
        else failed(
            "undocumented",
            expected=", ".join(item.missing),
            found="nothing",
            where=Where("description", pointer=item.pointer),
            location=item.about,
            item=item.about,
        )
        for item in items
    ]


@check("openapi.doc.summary", of=DESCRIPTION, per="operation", needs="openapi", clause=CLAUSE, severity="minor")
def summary(exchange: Exchange, operation: Operation, api: OpenApi) -> Results:
    """Each operation says what it is for.

    A summary or a description. Without it an integrator has to guess from the path.
    Remedy: write one sentence in `summary`.
    """
    return _judge("summary", operation, api)


@check(
    "openapi.doc.parameters",
    of=DESCRIPTION,
    per="operation",
    needs="openapi",
    clause="OpenAPI 3.1, 4.8.12 Parameter Object",
    severity="minor",
)
def parameters(exchange: Exchange, operation: Operation, api: OpenApi) -> Results:
    """Each parameter has a description and a schema.

    Without them nobody knows what to send, and in which form.
    Remedy: write `description` and `schema` for each parameter.
    """
    return _judge("parameters", operation, api)


@check(
    "openapi.doc.request-schema",
    of=DESCRIPTION,
    per="operation",
    needs="openapi",
    clause="OpenAPI 3.1, 4.8.13 Request Body Object",
    severity="major",
)
def request_schema(exchange: Exchange, operation: Operation, api: OpenApi) -> Results:
    """Each request body has a schema.

    Without it a client cannot be generated, and what to send is found out by trial.
    Remedy: give each media type of `requestBody` a `schema`.
    """
    return _judge("request-schema", operation, api)


@check(
    "openapi.doc.response-schema",
    of=DESCRIPTION,
    per="operation",
    needs="openapi",
    clause="OpenAPI 3.1, 4.8.14 Media Type Object",
    severity="major",
)
def response_schema(exchange: Exchange, operation: Operation, api: OpenApi) -> Results:
    """Each success answer has a schema.

    Without it nobody knows what comes back, and no answer can be checked against the contract.
    Remedy: give each media type of the 2xx responses a `schema`.
    """
    return _judge("response-schema", operation, api)


@check(
    "openapi.doc.errors",
    of=DESCRIPTION,
    per="operation",
    needs="openapi",
    clause="OpenAPI 3.1, 4.8.16 Responses Object",
    severity="minor",
)
def error_responses(exchange: Exchange, operation: Operation, api: OpenApi) -> Results:
    """Each operation documents how it answers a client's mistake.

    Any 4xx, or `default`. Without it error handling is written after the first incident.
    Remedy: document the 4xx answers, at least `default`.
    """
    return _judge("errors", operation, api)


@check(
    "openapi.doc.example",
    of=DESCRIPTION,
    per="operation",
    needs="openapi",
    clause="OpenAPI 3.1, 4.8.19 Example Object",
    severity="minor",
)
def example(exchange: Exchange, operation: Operation, api: OpenApi) -> Results:
    """Each operation shows an example.

    An example says in one look what a schema says in a page. It may stand in a document that could not be read.
    Remedy: add `example` or `examples` to a parameter, body or answer.
    """
    results = _judge("example", operation, api)
    if isinstance(results, list) and any(r.outcome is Outcome.FAIL for r in results):
        reach = (api.contract(operation.id).found.key, "/components", "/definitions")
        if any(reference.pointer.startswith(reach) for reference in api.unresolved):
            return untestable(Blocker.OUT_OF_SCOPE)
    return results


@check(
    "openapi.doc.auth",
    of=DESCRIPTION,
    per="operation",
    needs="openapi",
    clause="OpenAPI 3.1, 4.8.30 Security Requirement Object",
    severity="minor",
)
def auth(exchange: Exchange, operation: Operation, api: OpenApi, inventory: Inventory, evidence: Evidence, plan: Plan) -> Results:
    """Each operation says which credentials it needs, or that it needs none.

    Without it an integrator learns from a 401 that something is missing, but not what. Silence means "none" where other
    operations of the description speak, and where a stranger did get an answer; it fails where a stranger was refused, and
    where the whole description is silent.
    Remedy: state `security` for the document or the operation; `security: []` for an open one.
    """
    said = _judge("auth", operation, api)
    if operation.secured is not None or isinstance(said, Result):
        return said
    stranger = _stranger(operation, evidence, plan)
    if stranger is not None and stranger.status == 401:
        return said
    if stranger is not None and 200 <= stranger.status < 300:
        return passed(exchanges=[stranger.id])
    spoken = any(o.secured is not None for o in inventory.operations if o.interface == operation.interface)
    return passed() if spoken else said


def _stranger(operation: Operation, evidence: Evidence, plan: Plan) -> Exchange | None:
    """What the operation answered without credentials; None when nobody asked so."""
    purpose = "rest.read" if isinstance(plan.target.auth, NoAuth) else "rest.errors.unauthenticated"
    asked = evidence.select(purpose=purpose, interface=operation.interface, operation=operation.id)
    return next((one for one in asked if one.response is not None), None)
