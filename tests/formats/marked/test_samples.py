"""Descriptions agree with the schemas of the formats on files of others: what is valid is kept, what we miss is missed there."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from cpo_probe.formats.marked import examine
from cpo_probe.formats.marked.place import places
from cpo_probe.registry import load
from tests.others import others

FORMATS = load().formats
PAIRS = {
    "kbl": ("schemas/kbl/KBL24_SR1.xsd", "schemas/kbl/examples/sample.kbl"),
    "vec": ("schemas/vec/vec_2.0.0.xsd", "schemas/vec/examples/VEC200_sample.vec"),
    "automationml": ("schemas/caex/CAEX_ClassModel_V.3.0.xsd", "schemas/caex/Empty.aml"),
}
BIG = "schemas/kbl/examples/kblxml_2.4sr-1_tab016120_modulare_ltgs._160718.kbl"


def found(folder: Path, id: str, root: etree._Element) -> dict[str, int]:
    path = folder / "a.xml"
    path.write_bytes(etree.tostring(root))
    format = FORMATS.of(id)
    assert format is not None
    return examine(path, format).problems.counts


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def spoilt(id: str, root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Copies with one thing taken away that is described as mandatory, or one value that is no such value."""
    format = FORMATS.of(id)
    assert format is not None and format.xml is not None
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    for text, needs in format.xml.needs.items():
        for at in places(text):
            number = next((n for n, one in enumerate(elements) if local(one) == at.element), None)
            for need in needs if number is not None else ():
                copy = deepcopy(root)
                element = [one for one in copy.iter() if isinstance(one.tag, str)][number or 0]
                if need.startswith("@"):
                    del element.attrib[need[1:]]
                else:
                    for child in [one for one in element if isinstance(one.tag, str) and local(one) in need.split("|")]:
                        element.remove(child)
                yield "mandatory", copy
    for kind, texts in (*format.xml.values.items(), *((None, (text,)) for text in format.xml.choices)):
        for at in (at for text in texts for at in places(text) if not at.around):
            number = next((n for n, one in enumerate(elements) if local(one) == at.element and not len(one)), None)
            if number is None or (at.attribute and at.attribute not in elements[number].attrib):
                continue
            copy = deepcopy(root)
            element = [one for one in copy.iter() if isinstance(one.tag, str)][number]
            if at.attribute:
                element.set(at.attribute, "?")
            else:
                element.text = "?"
            yield f"value of {kind}", copy


@pytest.mark.parametrize("id", PAIRS)
def test_a_valid_file_of_others_breaks_no_rule(tmp_path: Path, id: str) -> None:
    schema, sample = (others(*part.split("/")) for part in PAIRS[id])
    root = etree.parse(sample).getroot()
    assert etree.XMLSchema(etree.parse(schema)).validate(root)
    assert found(tmp_path, id, root) == {}


def test_a_large_list_of_harnesses_breaks_no_rule(tmp_path: Path) -> None:
    assert found(tmp_path, "kbl", etree.parse(others(*BIG.split("/"))).getroot()) == {}


@pytest.mark.parametrize(("id", "least"), [("kbl", 40), ("vec", 20)])
def test_what_is_told_missing_or_wrong_is_so_by_the_schema(tmp_path: Path, id: str, least: int) -> None:
    schema, sample = (others(*part.split("/")) for part in PAIRS[id])
    judge, root = etree.XMLSchema(etree.parse(schema)), etree.parse(sample).getroot()
    told = [(rule.partition(" ")[0], found(tmp_path, id, copy), judge.validate(copy)) for rule, copy in spoilt(id, root)]
    assert len(told) >= least
    assert all(rule in counts for rule, counts, _ in told)
    assert not any(valid for _, _, valid in told)
