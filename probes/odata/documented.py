"""OData: does the metadata say in words what its sets and operations are for?"""

import re
from collections.abc import Iterator, Mapping

from cpo_probe.sdk import (
    Blocker,
    CsdlDocument,
    CsdlModel,
    Exchange,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    untestable,
)

from .metadata import METADATA, document_of

TERMS = frozenset(("Description", "LongDescription", "Label", "QuickInfo"))
"""Last parts of terms that say it: those of Core, and what vendors have in vocabularies of their own."""
_ELSEWHERE = re.compile(rb"<(?:\w+:)?(?:Documentation|Annotations?)[\s>/]")


@check(
    "odata.doc.purpose",
    of=METADATA,
    needs="odata",
    clause="OData CSDL XML 4.01, 14; Org.OData.Core.V1.Description",
    severity="minor",
)
def purpose(exchange: Exchange) -> Results:
    """Each entity set, singleton, function and action is described in words.

    By Core.Description or Core.LongDescription, or a vendor's label (sap:label), on the set, its type, the import or the
    operation. Names alone leave integrators guessing. Services before 4.0 with elements for documentation or annotations are
    not judged.
    Remedy: annotate what the service offers with Org.OData.Core.V1.Description.
    """
    document = document_of(exchange) if exchange.status == 200 else None
    if not isinstance(document, CsdlDocument):
        return not_applicable("no_metadata")
    offered = list(_offered(CsdlModel(document)))
    if document.old and offered and _ELSEWHERE.search(exchange.body):
        names = [name for name, _, _ in offered]
        return untestable(Blocker.NOT_COVERED, covered=0, total=len(names), missing=names[:10])
    found = [
        passed(location=name) if described else failed("undocumented", expected=name, where=where, location=name)
        for name, described, where in offered
    ]
    return found or not_applicable("no_data")


def _offered(model: CsdlModel) -> Iterator[tuple[str, bool, Where]]:
    """Name, whether it is described, and where it stands."""
    container = model.container
    targets: dict[str, list[odata.csdl.Annotation]] = {}
    for schema in model.schemas:
        for target in schema.targets:
            targets.setdefault(target.target.partition("(")[0], []).extend(target.annotations)

    def says(name: str, *groups: tuple[odata.csdl.Annotation, ...]) -> bool:
        return any(one.term.rpartition(".")[2] in TERMS for group in (*groups, targets.get(name, ())) for one in group)

    if container is None:
        return
    listed: tuple[odata.csdl.EntitySet | odata.csdl.Singleton, ...] = (*container.sets, *container.singletons)
    for one in listed:
        type = model.entity(one.type)
        told = says(one.type, type.annotations if type else ()) or says(f"{container.qualified}/{one.name}", one.annotations)
        old = one.extra if isinstance(one, odata.csdl.EntitySet) else {}
        yield (
            one.name,
            told or _labelled(old) or (type is not None and _labelled(type.extra)),
            Where("description", line=one.line),
        )
    for function in container.function_imports if model.old else ():
        yield function.name, _labelled(function.extra), Where("description", line=function.line)
    imported = {f.function: says(f"{container.qualified}/{f.name}", f.annotations) for f in container.function_imports}
    imported |= {a.action: says(f"{container.qualified}/{a.name}", a.annotations) for a in container.action_imports}
    for name, overloads in sorted(model.overloads.items()):
        told = says(name, *(overload.annotations for overload in overloads)) or imported.get(name, False)
        yield name.rpartition(".")[2], told, Where("description", line=overloads[0].line)


def _labelled(attributes: Mapping[str, str]) -> bool:
    """Whether an attribute of a vendor's namespace is a label or a longer explanation."""
    return any(name.rpartition("}")[2] in ("label", "quickinfo") and value for name, value in attributes.items())
