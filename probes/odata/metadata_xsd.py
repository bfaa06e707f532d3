"""OData: what do the XML schemas of OASIS say of the metadata, where the user has them, and do our own rules say the same?"""

from bisect import bisect_left
from collections.abc import Iterator

from cpo_probe.sdk import (
    Blocker,
    CsdlDocument,
    CsdlModel,
    Exchange,
    Problem,
    Result,
    Results,
    Schemas,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    review,
    untestable,
    xsd,
)

from .metadata import METADATA, Odata, document_of
from .model_rules import STRUCTURE


@check(
    "xsd.odata-metadata",
    of=METADATA,
    needs="odata",
    clause="OData CSDL XML 4.01, 1.3; edmx.xsd, edm.xsd",
    severity="minor",
)
def metadata_xsd(exchange: Exchange, schemas: Schemas, api: Odata) -> Results:
    """The metadata document is valid by the XML schemas of OASIS.

    A second opinion on what odata.metadata.valid and odata.csdl.* say, for users who have edmx.xsd and edm.xsd and name
    their folder (--schemas). Where schema and our rules disagree, a person has to look: the text of the standard is above
    its schemas. Documents before OData 4.0 are not judged.
    Remedy: check the document with the schemas of OASIS when building; where they are at odds with the standard, say so there.
    """
    if exchange.status != 200:
        return not_applicable("other_answer", status=exchange.status)
    document = document_of(exchange)
    if not isinstance(document, CsdlDocument) or document.syntax != "xml":
        return not_applicable("no_metadata")
    if document.old:
        return not_applicable("older_version", version=document.version)
    root = xsd.parse(exchange.body)
    if isinstance(root, xsd.Unreadable):
        return not_applicable("no_metadata")
    said = xsd.opinion(schemas, root)
    if isinstance(said, str):
        return review("schema_unusable", found=said) if said else untestable(Blocker.NO_SCHEMA)
    ours = list(odata.problems(CsdlModel(document, api.others, root_only=True)))
    starts = sorted({xsd.line_of(element) for element in root.iter()})
    return list(_compared(said, ours, starts)) or passed(schema=said.file.name)


def _compared(said: xsd.Opinion, ours: list[Problem], starts: list[int]) -> Iterator[Result]:
    """`starts`: the lines on which start tags end, by which libxml2 counts; our readers count by their beginning."""
    lines = {starts[min(bisect_left(starts, problem.where.line), len(starts) - 1)] for problem in ours}
    for one in said.violations:
        where = Where("response.body", pointer=one.path, line=one.line)
        rule, line, subject, name = one.constraint, one.line, one.subject, said.file.name
        place = f"{subject} {rule}"
        if one.line in lines:
            yield failed("xsd_broken", expected=rule, found=subject, where=where, location=place, schema=name, line=line)
        else:
            yield review("xsd_alone", found=subject, where=where, location=place, schema=name, line=line, constraint=rule)
    if not said.violations:
        for problem in (p for p in ours if p.rule in STRUCTURE):
            place = problem.where.pointer or problem.location
            where = Where("response.body", pointer=place, line=problem.where.line)
            name, wanted = said.file.name, problem.expected
            yield review("xsd_silent", found=problem.found, where=where, location=place, place=place, wanted=wanted, schema=name)
