"""`check FILE` for OData: what is wrong with metadata, and with an answer that should keep them?"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Done, inside

EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
EDM = "http://docs.oasis-open.org/odata/ns/edm"


CORE = (
    '<edmx:Reference Uri="https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1.xml">'
    '<edmx:Include Namespace="Org.OData.Core.V1" Alias="Core"/></edmx:Reference>'
)
NOTE = '<Annotation Term="Core.Description" String="What is kept."/>'


def csdl(properties: str = "", version: str = "4.0") -> bytes:
    return f"""<?xml version="1.0"?>
<edmx:Edmx Version="{version}" xmlns:edmx="{EDMX}">{CORE}<edmx:DataServices>
<Schema Namespace="a" xmlns="{EDM}"><EntityType Name="Item"><Key><PropertyRef Name="ID"/></Key>
<Property Name="ID" Type="Edm.Int32" Nullable="false"/>{properties}</EntityType>
<EntityContainer Name="C"><EntitySet Name="Items" EntityType="a.Item">{NOTE}</EntitySet></EntityContainer></Schema>
</edmx:DataServices></edmx:Edmx>""".encode()


OLD = b"""<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="2.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="a" xmlns="http://schemas.microsoft.com/ado/2008/09/edm"/></edmx:DataServices></edmx:Edmx>"""
IN_JSON = {"$Version": "4.01", "$EntityContainer": "a.C", "a": {"C": {"$Kind": "EntityContainer"}}}
NAME = '<Property Name="Name" Type="Edm.String" MaxLength="3"/>'


def check(folder: Path, content: Any, metadata: bytes | None = None, *options: str) -> Done:
    path = folder / "file"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    if metadata is None:
        return inside("check", path, *options)
    beside = folder / "metadata.xml"
    beside.write_bytes(metadata)
    return inside("check", path, "--metadata", beside, *options)


@pytest.mark.parametrize("content", [csdl(), csdl().decode().encode("utf-16"), OLD, IN_JSON])
def test_good_metadata_are_found_good_in_each_form(tmp_path: Path, content: Any) -> None:
    done = check(tmp_path, content)
    assert (done.code, "nothing wrong" in done.out) == (0, True), done


@pytest.mark.parametrize(
    ("content", "id", "words"),
    [
        (csdl('\n<Property Name="X" Type="a.No"/>'), "odata.csdl.type-exists", "line 5"),
        (csdl("<Unknown/>"), "odata.metadata.valid", "Unknown"),
        (csdl()[:-20], "odata.metadata.available", "CSDL"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + csdl(), "odata.metadata.available", "CSDL"),
        (
            {**IN_JSON, "a": {"C": {"$Kind": "EntityContainer", "S": {"$Collection": True, "$Type": "a.No"}}}},
            "type-exists",
            "a.No",
        ),
    ],
)
def test_what_is_wrong_with_metadata_is_named_with_check_place_and_remedy(
    tmp_path: Path, content: Any, id: str, words: str
) -> None:
    done = check(tmp_path, content)
    assert done.code == 1, done
    assert id in done.out and words in done.out and "Remedy:" in done.out


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        ({"@odata.context": "http://x/$metadata#Items", "value": [{"ID": 1, "Name": "abc"}]}, []),
        ({"@odata.context": "$metadata#Items/$entity", "ID": 1, "Name": None}, []),
        ({"@odata.context": "$metadata#Items(Name)/$entity", "Name": "abc"}, []),
        ({"@odata.context": "$metadata", "value": [{"name": "Items", "url": "Items"}]}, []),
        ({"@odata.context": "$metadata#Items(1)/Name", "value": "abcd"}, ["odata.payload.length"]),
        ({"@odata.context": "$metadata#Items", "value": [{"ID": "1"}]}, ["odata.payload.kind", "odata.payload.missing"]),
        ({"@odata.context": "$metadata#Items/$entity", "value": []}, ["odata.payload.envelope"]),
    ],
)
def test_an_answer_is_held_against_the_metadata_of_its_service(tmp_path: Path, answer: Any, ids: list[str]) -> None:
    done = check(tmp_path, answer, csdl(NAME), "--json")
    assert done.code == bool(ids), done
    assert sorted({row["subject"]["check"] for row in json.loads(done.out)}) == ids


@pytest.mark.parametrize(
    ("answer", "metadata", "words"),
    [
        ({"value": []}, csdl(), "has no context URL"),
        (b"{", csdl(), "is no JSON"),
        ({"@odata.context": "$metadata#Others"}, csdl(), "names nothing of"),
        ({"@odata.context": "http://x/elsewhere"}, csdl(), "names nothing of"),
        ({"@odata.context": "$metadata#Items"}, b"<html/>", "is no CSDL"),
        ({"@odata.context": "$metadata#Items"}, OLD, "OData 2.0"),
    ],
)
def test_what_cannot_be_held_against_metadata_is_a_mistake_with_its_repair(
    tmp_path: Path, answer: Any, metadata: bytes, words: str
) -> None:
    done = check(tmp_path, answer, metadata)
    assert (done.code, words in done.err) == (2, True), done
    assert "Traceback" not in done.err


OUTER = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{EDMX}">
<xs:element name="Edmx"><xs:complexType><xs:sequence/></xs:complexType></xs:element></xs:schema>"""
"""Stricter than anybody: stands for a schema of the standard."""


def test_schemas_of_the_user_give_a_second_opinion_whether_the_option_or_the_environment_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "edmx.xsd").write_text(OUTER)
    named = check(tmp_path, csdl(), None, "--schemas", str(folder))
    assert (named.code, "xsd.odata-metadata" in named.out, "mine/edmx.xsd objects" in named.out) == (1, True, True), named
    monkeypatch.setenv("CPO_PROBE_SCHEMAS", str(folder))
    assert check(tmp_path, csdl()).out == named.out


def test_a_folder_of_schemas_that_is_none_is_the_users_mistake(tmp_path: Path) -> None:
    done = check(tmp_path, csdl(), None, "--schemas", str(tmp_path / "nowhere"))
    assert (done.code, "--schemas expects a folder" in done.err) == (2, True), done
