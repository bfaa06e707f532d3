"""OData: does the model that the metadata states keep the rules of CSDL, one by one?"""

from cpo_probe.sdk import (
    CSDL_RULES,
    CsdlDocument,
    CsdlModel,
    Exchange,
    Problems,
    Result,
    Rule,
    checks_from,
    not_applicable,
    odata,
)

from .metadata import METADATA, METADATA_JSON, Odata, document_of

STRUCTURE = frozenset({"readable", "version", "xml-namespace", "structure", "attribute-value"})
"""What odata.metadata.available and odata.metadata.valid look at."""
OLD = frozenset({"association", "association-constraint", "association-set", "navigation-roles", "function-import"})
"""Rules of the language before OData 4.0."""
RULES: tuple[Rule, ...] = tuple(rule for rule in CSDL_RULES if rule.id not in STRUCTURE | OLD)


def keeps_rules(exchange: Exchange, api: Odata) -> Problems | Result:
    """The document of this answer, by the rules; the documents that it refers to are known, but not judged themselves."""
    if exchange.status != 200:
        return not_applicable("other_answer", status=exchange.status)
    document = document_of(exchange)
    if not isinstance(document, CsdlDocument):
        return not_applicable("no_metadata")
    if document.old:
        return not_applicable("older_version", version=document.version)
    found = odata.problems(CsdlModel(document, api.others, root_only=True))
    return found.worded("csdl_rule", lambda problem: problem.where.pointer or problem.location)


checks_from(RULES, prefix="odata.csdl", of=(METADATA, METADATA_JSON), judge=keeps_rules, needs="odata")
