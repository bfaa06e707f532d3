"""How fast are models read and bodies judged, against the plain libraries on the same input?

Of reading metadata, the tree costs nearly two bare lxml parses and the model nearly one: parts are made in C, each set of
attributes is understood once, and the garbage collector rests.

python benchmarks/odata.py
"""

import gc
import json
import time
from collections.abc import Callable
from typing import Any

import jsonschema_rs
from lxml import etree

from cpo_probe.model import Problem
from cpo_probe.model.document import parse_json
from cpo_probe.protocols.odata import (
    Answer,
    Context,
    Expected,
    Model,
    judge_answer,
    judge_payload,
    problems,
    reached,
    read,
    too_deep,
)

TYPES = 8000
PROPERTIES = [
    ("Edm.String", 'MaxLength="40"'),
    ("Edm.Int32", ""),
    ("Edm.Decimal", 'Precision="15" Scale="3"'),
    ("Edm.DateTimeOffset", 'Precision="7"'),
    ("Edm.Guid", ""),
    ("Edm.Boolean", ""),
    ("Edm.String", 'MaxLength="255"'),
    ("Edm.Double", ""),
    ("Edm.Date", ""),
    ("Edm.String", ""),
]
CORE = "https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1.xml"


def best(action: Callable[[], Any], rounds: int) -> float:
    """Seconds of the fastest round."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def metadata() -> bytes:
    """About 10 MB: 8,000 entity types with ten properties, a key, a navigation property and annotations."""
    parts = []
    for i in range(TYPES):
        properties = "\n".join(
            f'        <Property Name="Property{j}" Type="{type}" Nullable="{"true" if j else "false"}" {facets}/>'
            for j, (type, facets) in enumerate(PROPERTIES)
        )
        parts.append(
            f'      <EntityType Name="Type{i}">\n        <Key>\n          <PropertyRef Name="Property0"/>\n        </Key>\n'
            f"{properties}\n"
            f'        <NavigationProperty Name="Next" Type="Collection(Big.Type{(i + 1) % TYPES})"/>\n'
            f'        <Annotation Term="Core.Description" String="Type number {i} of a model that has many of them"/>\n'
            f'        <Annotation Term="Core.LongDescription" String="{"Longer text as real models have it. " * 4}"/>\n'
            "      </EntityType>"
        )
    types = "\n".join(parts)
    text = (
        '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">'
        f'<edmx:Reference Uri="{CORE}"><edmx:Include Namespace="Org.OData.Core.V1" Alias="Core"/></edmx:Reference>'
        f'<edmx:DataServices><Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Big">\n{types}\n'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    )
    return text.encode()


def model(body: bytes) -> Model:
    document = read(body)
    if isinstance(document, Problem):
        raise SystemExit(f"no metadata: {document.params['reason']}")
    return Model(document)


COUNT = 12  # properties of each type; with the texts below one entity has about 5 kB


def entity() -> dict[str, Any]:
    value: dict[str, Any] = {"@odata.etag": 'W/"1"'}
    for i in range(COUNT):
        value |= {
            f"Guid{i}": "01234567-89ab-cdef-0123-456789abcdef",
            f"Stamp{i}": "2024-02-28T23:59:59.123Z",
            f"Day{i}": "2024-12-24",
            f"Name{i}": "A name of usual length, say forty letters",
            f"Text{i}": "Words and words and words. " * 6,
            f"Int{i}": 12345,
            f"Mass{i}": 1.25,
            f"Flag{i}": True,
            f"State{i}": "Work",
        }
    return value


def payload_model() -> Model:
    kinds = {
        "Guid": 'Type="Edm.Guid"',
        "Stamp": 'Type="Edm.DateTimeOffset" Precision="3"',
        "Day": 'Type="Edm.Date"',
        "Name": 'Type="Edm.String" MaxLength="80"',
        "Text": 'Type="Edm.String"',
        "Int": 'Type="Edm.Int32"',
        "Mass": 'Type="Edm.Double"',
        "Flag": 'Type="Edm.Boolean"',
        "State": 'Type="N.State"',
    }
    properties = "".join(f'<Property Name="{name}{i}" {rest}/>' for i in range(COUNT) for name, rest in kinds.items())
    return model(
        (
            '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>'
            '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="N"><EnumType Name="State"><Member Name="Work"/>'
            f'</EnumType><EntityType Name="E"><Key><PropertyRef Name="Guid0"/></Key>{properties}</EntityType></Schema>'
            "</edmx:DataServices></edmx:Edmx>"
        ).encode()
    )


def schema() -> dict[str, Any]:
    """The same promises as JSON Schema."""
    text = {"type": ["string", "null"]}
    kinds: dict[str, dict[str, Any]] = {
        "Guid": {**text, "format": "uuid"},
        "Stamp": {**text, "format": "date-time"},
        "Day": {**text, "format": "date"},
        "Name": {**text, "maxLength": 80},
        "Text": text,
        "Int": {"type": ["integer", "null"], "minimum": -(2**31), "maximum": 2**31 - 1},
        "Mass": {"type": ["number", "null"]},
        "Flag": {"type": ["boolean", "null"]},
        "State": {"enum": ["Work", None]},
    }
    one = {
        "type": "object",
        "properties": {f"{name}{i}": kind for i in range(COUNT) for name, kind in kinds.items()},
        "required": [f"{name}{i}" for i in range(COUNT) for name in kinds],
        "patternProperties": {"@": {}},
        "additionalProperties": False,
    }
    return {"type": "object", "required": ["value"], "properties": {"value": {"type": "array", "items": one}}}


def main() -> None:
    body = metadata()
    plain = best(lambda: etree.fromstring(body), 5)
    ours = best(lambda: read(body), 5)
    judged = best(lambda: problems(model(body)), 2)
    print(
        f"$metadata, {len(body) / 1e6:.1f} MB, {TYPES} types: lxml {plain:.2f} s, read {ours:.2f} s ({ours / plain:.1f}x)", end=""
    )
    print(f", read and judged by all rules {judged:.2f} s")

    page = json.dumps({"@odata.context": "$metadata#Es", "value": [entity()] * 200}).encode()
    validator = jsonschema_rs.Draft202012Validator(schema(), validate_formats=True)
    if not validator.is_valid(json.loads(page)):
        raise SystemExit("the page does not keep the schema")
    served, context, expected = payload_model(), Context("4.0", "minimal", False, True), Expected.entities("N.E")
    if judge_payload(served, json.loads(page), expected, context).counts:
        raise SystemExit("the page does not keep the model")
    told = Answer("Es", expected, context, frozenset())

    def checked() -> None:
        """All that a check does with an answer."""
        document = parse_json(page)
        if not too_deep(document):
            judge_answer(served, document.value, told)
            reached(served, expected, context, document.value)

    theirs = best(lambda: list(validator.iter_errors(json.loads(page))), 7)
    mine = best(lambda: judge_payload(served, json.loads(page), expected, context), 7)
    whole = best(checked, 7)
    print(f"200 entities of {len(page) / 200 / 1000:.1f} kB: json.loads + jsonschema-rs {theirs * 1e3:.1f} ms", end="")
    print(f", json.loads + judge_payload {mine * 1e3:.1f} ms ({theirs / mine:.2f}x the speed)", end="")
    print(f", with all that a check does {whole * 1e3:.1f} ms ({theirs / whole:.2f}x)")


if __name__ == "__main__":
    main()
