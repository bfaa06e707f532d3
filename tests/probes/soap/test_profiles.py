"""How far up the ladder of the Basic Profile did a service get, what does it claim, and what broke?"""

from pathlib import Path

import pytest

from cpo_probe.cli.loading import House, open_house
from cpo_probe.model import LadderResult, Standing
from cpo_probe.protocols.wsdl import build, claims
from tests.probes.soap.serving import ITEMS, Answers, items, run, serving, wsdl

BAD = "/bad?wsdl"
CLAIM = '<wsi:Claim xmlns:wsi="http://ws-i.org/schemas/conformanceClaim/" conformsTo="http://ws-i.org/profiles/basic/{}"/>'
POLICY = (
    '<p:Policy xmlns:p="http://www.w3.org/ns/ws-policy">'
    '<b:Conformant xmlns:b="http://ws-i.org/profiles/basic-profile/{}/"/></p:Policy>'
)
TYPED = b'<w:message name="Both"><w:part name="p" element="t:items" type="x:string"/></w:message>'
ARRAY = '<x:element name="ArrayOfItems" type="x:string"/>'
OLD, NEW = b"schemas.xmlsoap.org/wsdl/soap/", b"schemas.xmlsoap.org/wsdl/soap12/"


@pytest.fixture(scope="module")
def house() -> House:
    return open_house((), None, "en")


def claiming(said: str) -> bytes:
    return wsdl("/bad").replace(b"<s:address", f"<w:documentation>{said}</w:documentation><s:address".encode())


def climbed(house: House, folder: Path, page: bytes, bad: Answers = items, ladder: str = "wsi-basic-soap11") -> LadderResult:
    with serving({BAD: page}, bad) as url:
        card = run(house, folder, url).judgement.scorecard
    (found,) = (one for one in card.ladders if one.interface == "wsdl:/bad" and one.ladder == ladder)
    return found


def standing(found: LadderResult, requirement: str) -> Standing:
    return next(one.standing for one in found.requirements if one.requirement == requirement)


def test_a_right_service_of_soap_11_keeps_both_profiles_and_is_not_asked_for_the_other(house: House, tmp_path: Path) -> None:
    found = climbed(house, tmp_path, wsdl("/bad"))
    assert (found.applies.value, found.reached, found.claimed) == ("yes", "bp-1.2", "")
    assert standing(found, "r2706") is Standing.MET
    assert standing(found, "r2717") is Standing.NOT_APPLICABLE
    assert standing(found, "r1027") is Standing.UNTESTABLE
    assert climbed(house, tmp_path / "again", wsdl("/bad"), ladder="wsi-basic-soap12").applies.value == "no"


BROKEN: dict[str, tuple[bytes, Answers, str, str]] = {
    "bp-1.1 by its description": (wsdl("/bad").replace(b"</w:types>", b"</w:types>" + TYPED), items, "", "r2306"),
    "bp-1.1 by an answer": (wsdl("/bad"), lambda body: answered(body, "</e:Body>", "<more/></e:Body>"), "", "r9981"),
    "bp-1.2 by a header field": (wsdl("/bad"), lambda body: (items(body)[0], "text/xml", items(body)[2]), "bp-1.1", "r1018"),
    "nothing by advice": (wsdl("/bad", more=ARRAY), items, "bp-1.2", ""),
}


def answered(body: bytes, old: str, new: str) -> tuple[int, str, bytes]:
    """A right answer with one text replaced, faults left alone."""
    status, media, content = items(body)
    return status, media, content.replace(old.encode(), new.encode()) if ITEMS.encode() in content else content


@pytest.mark.parametrize("what", BROKEN)
def test_the_level_below_the_requirement_that_broke_is_reached(house: House, tmp_path: Path, what: str) -> None:
    page, bad, reached, requirement = BROKEN[what]
    found = climbed(house, tmp_path, page, bad)
    assert (found.reached, requirement in found.missing) == (reached, bool(requirement))
    if requirement:
        assert standing(found, requirement) is Standing.VIOLATED
        assert next(one.findings for one in found.requirements if one.requirement == requirement)


def test_without_a_call_no_profile_is_kept_however_right_the_description_is(house: House, tmp_path: Path) -> None:
    page = wsdl("/bad").replace(b"listItems", b"makeItems")
    found = climbed(house, tmp_path, page)
    assert (found.reached, found.possible) == ("", "bp-1.2")
    assert "r9980" in found.missing


def test_a_service_of_soap_12_is_held_to_basic_profile_20(house: House, tmp_path: Path) -> None:
    page = wsdl("/bad").replace(OLD, NEW)
    found = climbed(house, tmp_path, page, ladder="wsi-basic-soap12")
    assert found.applies.value == "yes"
    assert standing(found, "r2706") is Standing.MET
    assert (found.reached, "r9980" in found.missing) == ("", True)  # this server takes no SOAP 1.2


@pytest.mark.parametrize(
    ("said", "claimed"),
    [
        (CLAIM.format("1.1"), {"1.1"}),
        (CLAIM.format("1.1/"), {"1.1"}),
        (CLAIM.format("1.0"), {"1.0"}),
        (POLICY.format("1.2"), {"1.2"}),
        (POLICY.format("2.0"), {"2.0"}),
        (CLAIM.format("1.1") + POLICY.format("2.0"), {"1.1", "2.0"}),
        (CLAIM.format("3.0"), set()),
        ("<Claim conformsTo='http://ws-i.org/profiles/basic/1.1'/>", set()),
        (POLICY.format("1.2").replace("ws-i.org", "example.org"), set()),
    ],
)
def test_a_claim_is_known_by_its_uri(said: str, claimed: set[str]) -> None:
    url = "http://plm.example/ws?wsdl"
    assert claims(build(url, {url: claiming(said)})) == claimed


def test_what_is_claimed_stands_beside_what_is_kept(house: House, tmp_path: Path) -> None:
    found = climbed(house, tmp_path, claiming(POLICY.format("1.2")), lambda body: (items(body)[0], "text/xml", items(body)[2]))
    assert (found.claimed, found.reached, "r1018" in found.missing) == ("bp-1.2", "bp-1.1", True)
