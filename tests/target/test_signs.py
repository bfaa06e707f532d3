"""Do the signs of failure in our own profiles hit answers as their sources show them?"""

import json
from pathlib import Path

import pytest
from lxml import etree

from cpo_probe.protocols.failing import in_json, in_xml
from cpo_probe.target import load_target

ROOT = Path(__file__).resolve().parents[2]
ENVELOPE = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{}</e:Body></e:Envelope>'
AGILE = """<o:getAllClassesResponse xmlns:o="http://xmlns.oracle.com/AgileObjects/Core/AdminMetadata/V1"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><response><messageId xsi:nil="true"/><statusCode>{}</statusCode>{}
  </response></o:getAllClassesResponse>"""
TEAMCENTER = """<p:GetPropertiesResponse xmlns:p="http://teamcenter.com/Schemas/Core/2006-03/DataManagement">
  <b:ServiceData xmlns:b="http://teamcenter.com/Schemas/Soa/2006-03/Base"><b:plain/>{}</b:ServiceData></p:GetPropertiesResponse>"""
PARTIAL = '<b:partialErrors uid="AAAA"><b:errorValues code="515143" level="3" message="not there"/></b:partialErrors>'
ARAS = "<e:Fault><faultcode>{}</faultcode><faultstring>No items of type Part found.</faultstring></e:Fault>"
EXCEPTIONS = "http://teamcenter.com/Schemas/Soa/2006-03/Exceptions"


@pytest.mark.parametrize(
    ("profile", "answer", "means"),
    [
        ("agile-soap", AGILE.format("SUCCESS", ""), None),
        ("agile-soap", AGILE.format("FAILURE", "<exceptions><exception/></exceptions>"), "failed"),
        ("agile-soap", AGILE.format("WARNING", "<exceptions><message>7</message></exceptions>"), "partly"),
        ("agile-soap", AGILE.format("SUCCESS", "<exceptions/>"), None),
        ("teamcenter-soap", TEAMCENTER.format(""), None),
        ("teamcenter-soap", TEAMCENTER.format(PARTIAL), "partly"),
        ("teamcenter-soap", {".QName": f"{EXCEPTIONS}.InvalidCredentialsException"}, "failed"),
        ("teamcenter-soap", {".QName": "http://teamcenter.com/Schemas/Core/2011-06/Session.LoginResponse"}, None),
        ("teamcenter-soap", {"ServiceData": {"partialErrors": [{"uid": "AAAA"}]}}, "partly"),
        ("teamcenter-soap", {"ServiceData": {"partialErrors": []}}, None),
        ("aras", ARAS.format("0"), "empty"),
        ("aras", ARAS.format("SOAP-ENV:Server"), None),
    ],
)
def test_a_sign_hits_what_its_source_shows_and_nothing_else(
    profile: str, answer: str | dict[str, object], means: str | None
) -> None:
    target = load_target(profile, roots=(ROOT,), overrides={"base_url": "https://plm.example.com/"})
    if isinstance(answer, str):
        told = in_xml(target.failures, etree.fromstring(ENVELOPE.format(answer)))
    else:
        told = in_json(target.failures, json.loads(json.dumps(answer)))
    assert (told.sign.means if told else None) == means
