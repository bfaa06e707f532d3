"""Does a population follow the recommended practices of CAx-IF and PDM-IF?"""

import re
from collections.abc import Collection

from cpo_probe.formats.express import Choice
from cpo_probe.formats.practice.found import Found
from cpo_probe.formats.practice.shape import units, validation
from cpo_probe.formats.practice.structure import MOST_READ, products, usages
from cpo_probe.formats.practice.view import View
from cpo_probe.formats.step_p21 import Population
from cpo_probe.model import Problems, not_applicable

PDM_SCHEMA = "pdm_schema"
"""The part that application protocols share; the usage guide has its name in files of any of them."""


def examine(population: Population, choice: Choice, *, beside: Collection[str] | None = None) -> Problems:
    """What does not follow `RULES`. `beside`: names of the other files in the package; None when the file came alone."""
    view, found = View(population, choice.graphs[0]), Found(population)
    products(view, found)
    usages(view, found)
    _protocol(view, found, choice.extended)
    units(view, found)
    validation(view, found)
    _external(view, found, beside)
    return found.problems


def _protocol(view: View, found: Found, several: bool) -> None:
    """`several`: FILE_SCHEMA names more than the schema of the view, any of which may be meant."""
    stated = view.graph.schema.name
    every = view.of("application_protocol_definition")
    attribute = "application_protocol_definition.application_interpreted_model_schema_name"
    if not len(every):
        found.about_file("protocol", "APPLICATION_PROTOCOL_DEFINITION", "an instance of it", "none")
    for instance in every[:MOST_READ].tolist():
        said = view.text(instance, attribute)
        if not several and said.lower() != PDM_SCHEMA and not _same(said, stated):
            found.add("protocol", instance, attribute.partition(".")[0].upper(), stated, said)


def _same(said: str, stated: str) -> bool:
    """Whether both name one schema: by letters and digits, with or without the suffix of the long form."""
    one, other = (re.sub(r"[^a-z0-9]", "", text.lower()).removesuffix("mimlf") for text in (said, stated))
    return bool(one) and (one in other or other in one)


def _external(view: View, found: Found, beside: Collection[str] | None) -> None:
    files = view.of("document_file")
    if not len(files) or beside is None:
        found.problems.unsaid["external-files"] = not_applicable("no_package" if len(files) else "no_files_named")
        return
    there = {_last(name) for name in beside}
    names: dict[int, list[str]] = {}
    for assignment in view.of("applied_external_identification_assignment")[:MOST_READ].tolist():
        for item in view.all_targets(assignment, "applied_external_identification_assignment.items"):
            names.setdefault(item, []).append(view.text(assignment, "identification_assignment.assigned_id"))
    for file in files[:MOST_READ].tolist():
        named = [name for name in (view.text(file, "document.id"), *names.get(file, ())) if name.strip()]
        if not any(_last(name) in there for name in named):
            found.add("external-files", file, "DOCUMENT_FILE", "a file of the package", ", ".join(named) or "no name")


def _last(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].lower()
