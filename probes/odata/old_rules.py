"""OData V2: do metadata and answers keep the rules of the model, one by one?"""

from cpo_probe.sdk import (
    Blocker,
    CsdlDocument,
    CsdlModel,
    Exchange,
    Problems,
    Result,
    checks_from,
    not_applicable,
    odata,
    untestable,
)

from .metadata import METADATA, Odata, document_of
from .old_address import DEFERRED, ENTITY, EXPANDED, FUNCTION, LISTED, PROPERTY, URI
from .old_atom import BESIDE
from .old_errors import ERRORS
from .old_query import AGAIN, EXPAND, FILTERS, INLINE, ORDER, SEARCH, SELECT, SKIP, TOP
from .old_rule_list import CSDL_RULES, PAYLOAD_RULES
from .old_shared import named
from .old_window import PAGES, SERVICE, WINDOW
from .payload_told import told

Expected, Shape = odata.Expected, odata.Shape
LISTS = frozenset({WINDOW, PAGES, *FILTERS.values(), ORDER, TOP, SKIP, SELECT, EXPAND, INLINE, AGAIN, LISTED, BESIDE, SEARCH})
ANSWERS = (*sorted(LISTS), SERVICE, ENTITY, EXPANDED, URI, DEFERRED, PROPERTY, FUNCTION, *ERRORS)


def keeps_csdl(exchange: Exchange) -> Problems | Result:
    """The metadata of a service before OData 4.0."""
    if exchange.status != 200:
        return not_applicable("other_answer", status=exchange.status)
    document = document_of(exchange)
    if not isinstance(document, CsdlDocument):
        return not_applicable("no_old_metadata")
    if not document.old:
        return not_applicable("newer_version", version=document.version)
    if document.version == "3.0":
        return untestable(Blocker.NOT_COVERED, version=document.version)
    kept = odata.problems(CsdlModel(document)).worded("csdl_rule", lambda problem: problem.location or problem.where.pointer)
    if not any(schema.associations for schema in document.schemas):
        kept.unsaid |= {rule.id: not_applicable("no_such_content") for rule in CSDL_RULES if "association" in rule.id}
    if not any(c.function_imports for schema in document.schemas for c in schema.containers):
        kept.unsaid["function-import"] = not_applicable("no_such_content")
    return kept


def keeps_model(exchange: Exchange, api: Odata) -> Problems | Result:
    """One answer in verbose JSON, by the types of the model."""
    model = api.model
    if model is None or not model.old:
        return not_applicable("no_old_metadata")
    expected = expected_of(model, exchange)
    if expected is None or "json" not in exchange.media_type or exchange.response is None:
        return not_applicable("other_answer", status=exchange.status)
    document = exchange.response.document
    if document.problem:
        return untestable(Blocker.UNPARSABLE)
    if odata.too_deep(document):
        return not_applicable("too_deep_to_judge")
    if exchange.purpose in (DEFERRED, FUNCTION) and isinstance(document.value, dict) and document.value.get("d", 0) is None:
        return not_applicable("nothing_related")
    context = odata.Context("2.0", "minimal", True, complete=exchange.purpose != SELECT)
    question = (model, expected, context)
    kept = told(document.once(question, lambda: odata.judge_payload(model, document.value, expected, context)), exchange)
    kept.unsaid = {rule.id: not_applicable("no_such_content") for rule in PAYLOAD_RULES if not _reached(rule.id, expected.shape)}
    return kept


def _reached(rule: str, shape: odata.Shape) -> bool:
    """Whether an answer of that shape can break the rule."""
    name = rule.removeprefix("payload.")
    if shape in (Shape.ERROR, Shape.SERVICE):
        return name == shape.value or (name == "envelope" and shape is Shape.SERVICE)
    if name in ("undeclared", "missing", "type", "metadata"):
        return shape in (Shape.ENTITY, Shape.ENTITIES)
    return name not in ("error", "service")


def expected_of(model: CsdlModel, exchange: Exchange) -> odata.Expected | None:
    """What the answer has to hold; None when nothing surely follows from the request."""
    purpose, status, one = exchange.purpose, exchange.status, model.sets.get(named(exchange))
    if purpose in ERRORS:
        return Expected.of(Shape.ERROR) if status >= 400 else None
    if status != 200:
        return None
    if purpose == SERVICE:
        return Expected.of(Shape.SERVICE)
    if purpose == FUNCTION:
        return _returned(model, named(exchange, "name"))
    type = model.entity(one.type) if one else None
    if type is None:
        return None
    if purpose in LISTS:
        return Expected.entities(type.qualified)
    member, many = model.members(type).get(named(exchange, "name")), bool(exchange.note.get("many"))
    match purpose:
        case _ if purpose in (ENTITY, EXPANDED, URI):
            return Expected.entity(type.qualified)
        case _ if purpose == DEFERRED and member is not None:
            return Expected.entities(member.type.name) if many else Expected.entity(member.type.name)
        case _ if purpose == PROPERTY and isinstance(member, odata.csdl.Property):
            return Expected.property(member.type, member.nullable, member.facets)
    return None


def _returned(model: CsdlModel, name: str) -> odata.Expected | None:
    functions = {f.name: f for c in model.container_chain(model.container) for f in c.function_imports}
    returns = functions[name].returns if name in functions else None
    if returns is None:
        return None
    if model.entity(returns.name) is not None:
        return Expected.entities(returns.name) if returns.collection else Expected.entity(returns.name)
    return None if returns.collection else Expected.property(returns)


checks_from(CSDL_RULES, prefix="odata2.csdl", of=METADATA, judge=keeps_csdl, needs="odata")
checks_from(PAYLOAD_RULES, prefix="odata2", of=ANSWERS, judge=keeps_model, needs="odata")
