"""Every rule of WSDL and of the Basic Profile: kept by a clean description, broken by one edit."""

import pytest

from cpo_probe.protocols.wsdl import RULES, Name, build, of_output, problems, silent, two_in_one, validator
from cpo_probe.protocols.wsdl.rules_text import TWINS, twin
from tests.protocols.wsdl.parts import FILES, PORT, ROOT, START, broken, description, edited, swapped

BODY = '<soap:body parts="body" use="literal"/>'
TYPES = "<wsdl:types>"
SESSION = '<soap:header message="port:GetItemRequest" part="session" use="literal"/>'
MESSAGE = '<wsdl:message name="Nothing"/>'
INLINE = '<xsd:schema><xsd:import namespace="urn:items:data" schemaLocation="xsd/data.xsd"/></xsd:schema>'
XML = "http://www.w3.org/XML/1998/namespace"
KIND = '<xsd:simpleType name="Sort"><xsd:restriction base="xsd:string"/></xsd:simpleType>'
Edit = tuple[str, str] | tuple[str, str, int]
BREAKS: dict[str, list[Edit]] = {
    "readable": [("<wsdl:portType name", "<wsdl:portType  <name", 2)],
    "qname": [('type="port:Items"', 'type="nowhere:Items"')],
    "unique": [(MESSAGE, MESSAGE + MESSAGE), ('<wsdl:part name="session"', '<wsdl:part name="body"')],
    "references": [
        ('type="port:Counting"', 'type="port:Counter"'),
        ('binding="tns:ItemsRpc"', 'binding="tns:Rpc"'),
        ('<wsdl:input message="tns:Nothing"/>', '<wsdl:input message="tns:Nowhere"/>'),
        ('<wsdl:fault name="unknown"><soap:fault name="unknown"', '<wsdl:fault name="other"><soap:fault name="other"'),
    ],
    "part-kind": [('<wsdl:part name="of" type="data:Kind"/>', '<wsdl:part name="of"/>')],
    "part-type": [('type="data:Kind"', 'type="data:Kinds"')],
    "parts": [(BODY, BODY.replace('"body"', '"content"')), (SESSION, SESSION.replace('"session"', '"ticket"'))],
    "address-given": [('<soap:address location="http://plm.example/ws/items"/>', "")],
    "port-protocol": [('<soap12:address location="http://plm.example/ws/items"/>', '<soap:address location="http://a/b"/>')],
    "doc-service": [("<wsdl:documentation>Items of the reference system.</wsdl:documentation>", "")],
    "doc-operation": [("<wsdl:documentation>One item by its number.</wsdl:documentation>", "<wsdl:documentation/>")],
    "r2001": [('namespace="urn:items:port" location="port.wsdl"', 'namespace="urn:items:port" location="xsd/data.xsd"')],
    "r2003": [(INLINE, '<xsd:import namespace="urn:items:data" schemaLocation="xsd/data.xsd"/>')],
    "r2004": [('schemaLocation="common.xsd"', 'schemaLocation="../port.wsdl"')],
    "r2005": [('<wsdl:import namespace="urn:items" ', '<wsdl:import namespace="urn:other" ')],
    "r2007": [('<wsdl:import namespace="urn:items" location="items.wsdl"/>', '<wsdl:import namespace="urn:items"/>')],
    "r2010": [('<xsd:schema targetNamespace="urn:items:data"', '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
               '<xsd:schema targetNamespace="urn:items:data"')],
    "r2022": [(TYPES, "<wsdl:types/><wsdl:import namespace='urn:items' location='items.wsdl'/>" + TYPES)],
    "r2023": [(TYPES, '<wsdl:message name="Early"/>' + TYPES)],
    "r2030": [("</wsdl:types>", "</wsdl:types><wsdl:documentation>late</wsdl:documentation>")],
    "r2026": [('<soap:binding transport', '<soap:binding wsdl:required="true" transport')],
    "r2101": [('type="port:Counting"', 'type="far:Counting" xmlns:far="urn:far"')],
    "r2102": [('element="data:unknown"', 'element="far:unknown" xmlns:far="urn:far"')],
    "r2105": [(INLINE, INLINE.replace("</xsd:schema>", '<xsd:element name="loose"/></xsd:schema>'))],
    "r2110": [('<xsd:restriction base="xsd:string"/>', '<xsd:restriction base="e:Array" '
               'xmlns:e="http://schemas.xmlsoap.org/soap/encoding/"/>')],
    "r2111": [('<xsd:simpleType name="Kind">', '<xsd:complexType name="A"><xsd:attribute ref="e:arrayType" '
               'w:arrayType="xsd:int[]" xmlns:e="http://schemas.xmlsoap.org/soap/encoding/" '
               'xmlns:w="http://schemas.xmlsoap.org/wsdl/"/></xsd:complexType><xsd:simpleType name="Kind">')],
    "r2112": [('name="title"', 'name="ArrayOfTitle"')],
    "r2201": [(BODY, BODY.replace('"body"', '"body session"'))],
    "r2210": [(BODY, '<soap:body use="literal"/>')],
    "r2203": [('name="of" type="data:Kind"', 'name="of" element="data:session"')],
    "r2204": [('<wsdl:part name="body" element="data:item"/>', '<wsdl:part name="body" type="data:Kind"/>')],
    "r2205": [('<wsdl:part name="session" element="data:session"/>', '<wsdl:part name="session" type="data:Kind"/>'),
              ('<wsdl:part name="body" element="data:unknown"/>', '<wsdl:part name="body" type="data:Kind"/>')],
    "r2206": [('element="data:item"', 'element="data:items"'), ('element="data:item"', 'element="xsd:string"')],
    "r2209": [(SESSION, "")],
    "r2303": [('<wsdl:input message="tns:Nothing"/>', '<wsdl:output message="tns:Nothing"/>')],
    "r2304": [('<wsdl:operation name="Touch">\n      <wsdl:documentation>', '<wsdl:operation name="GetItem">\n      '
               '<wsdl:documentation>')],
    "r2305": [('<wsdl:part name="count" type="xsd:int"/>', '<wsdl:part name="a" type="xsd:int"/><wsdl:part name="b" '
               'type="xsd:int"/>')],
    "r2306": [('name="of" type="data:Kind"', 'name="of" type="data:Kind" element="data:session"')],
    "r2701": [('<soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>', "<soap:binding/>")],
    "r2702": [('<soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>',
               '<soap:binding transport="http://schemas.xmlsoap.org/soap/smtp"/>')],
    "r2705": [('<soap:operation soapAction=""/>', '<soap:operation style="rpc" soapAction=""/>')],
    "r2706": [(BODY, BODY.replace("literal", "encoded"))],
    "r2710": [(MESSAGE, MESSAGE.replace("/>", '><wsdl:part name="x" element="data:getItem"/></wsdl:message>'))],
    "r2711": [('<wsdl:port name="Rpc" binding="tns:ItemsRpc"><soap12:address', '<wsdl:port name="Two" '
               'binding="tns:ItemsSoap"><soap:address location="http://plm.example/ws/items"/></wsdl:port><wsdl:port '
               'name="Rpc" binding="tns:ItemsRpc"><soap12:address')],
    "r2716": [(BODY, BODY.replace("use=", 'namespace="urn:x" use='))],
    "r2717": [('<wsdl:input><soap12:body use="literal" namespace="urn:items:rpc"/>', '<wsdl:input><soap12:body '
               'use="literal" namespace="rpc"/>')],
    "r2718": [('<wsdl:operation name="Touch">\n      <soap', '<wsdl:operation name="Toucher">\n      <soap')],
    "r2720": [(SESSION, SESSION.replace('part="session"', 'parts="session"'))],
    "r2721": [('<soap:fault name="unknown" use="literal"/>', '<soap:fault use="literal"/>')],
    "r2723": [('<soap:fault name="unknown" use="literal"/>', '<soap:fault name="unknown" use="encoded"/>')],
    "r2726": [('<wsdl:input><soap12:body use="literal" namespace="urn:items:rpc"/>', '<wsdl:input><soap12:header '
               'message="port:Unknown" part="body" use="literal" namespace="urn:x"/><soap12:body use="literal" '
               'namespace="urn:items:rpc"/>')],
    "r2754": [('<soap:fault name="unknown" use', '<soap:fault name="unknow" use')],
    "r2803": [('<wsdl:import namespace="urn:items" ', '<wsdl:import namespace="items" ')],
    "r4003": [('<?xml version="1.0" encoding="UTF-8"?>\n<wsdl:definitions name="Items"',
               '<?xml version="1.0" encoding="ISO-8859-1"?>\n<wsdl:definitions name="Items"')],
    "r4005": [('<wsdl:definitions name="Items"', f'<wsdl:definitions xmlns:xml="{XML}" name="Items"')],
    "r2028": [(MESSAGE, '<wsdl:message name="No thing"/>'), (MESSAGE, "<wsdl:message/>"),
              (MESSAGE, '<wsdl:message name="Nothing" wrong="1"/>'), (MESSAGE, MESSAGE + "<wsdl:other/>")],
    "r2029": [('<soap:operation soapAction=""/>', '<soap:operation soapAction="" style="object"/>'),
              (BODY, '<soap:body parts="body" use="loose"/>')],
    "r2115": [('<xsd:element name="unknown" type="xsd:string"/>', '<xsd:element name="unknown" type="xsd:string"/>' * 2)],
    "r2116": [('<xsd:element name="unknown" type="xsd:string"/>', '<xsd:element name="unknown" type="xsd:string"/>' + KIND * 2)],
    "r2901": [('<wsdl:input message="tns:GetItemRequest"/>', '<wsdl:input message="tns:GetItemRequest" a:Action="urn:Other" '
               'xmlns:a="http://www.w3.org/2007/05/addressing/metadata"/>')],
    "r2756-12": [('<soap12:operation soapAction="urn:Count"/>', '<soap12:operation soapAction="urn:Count" '
                  'soapActionRequired="true"/>')],
}  # fmt: skip
ALONE = PORT.replace('<wsdl:import namespace="urn:items" location="items.wsdl"/>', "")
OTHER = """<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:a" xmlns:t="urn:a">
    <wsdl:portType name="P"/><wsdl:binding name="B" type="t:P"/>
    <wsdl:service name="S"><wsdl:port name="P" binding="t:B"/></wsdl:service></wsdl:definitions>"""
WHOLE = {"service": ALONE, "r2401": OTHER, "version": '<description xmlns="http://www.w3.org/ns/wsdl"/>'}


def test_a_clean_description_over_four_files_breaks_nothing() -> None:
    assert [(p.rule, p.location, p.found) for p in problems(description())] == []


@pytest.mark.parametrize(
    ("rule", "edit"),
    [pytest.param(rule, edit, id=f"{rule}-{n}") for rule, edits in BREAKS.items() for n, edit in enumerate(edits)],
)
def test_one_edit_breaks_the_rule(rule: str, edit: Edit) -> None:
    files = edited(*edit)
    assert {rule, twin(rule)} & broken(files)
    assert not broken(files) & silent(description(files))


@pytest.mark.parametrize("rule", sorted(set(BREAKS) & TWINS))
def test_what_a_binding_breaks_is_a_rule_of_the_profile_for_its_version_of_soap(rule: str) -> None:
    """The same edit breaks Basic Profile 1.1 in a binding of SOAP 1.1, and 2.0 in one of SOAP 1.2."""
    files = edited(*BREAKS[rule][0])
    found, other = broken(files), broken(swapped(files))
    assert {rule, twin(rule)} & found == {rule} or {rule, twin(rule)} & found == {twin(rule)}
    assert {rule, twin(rule)} & other == {rule, twin(rule)} - found
    assert not other & silent(description(swapped(files)))


@pytest.mark.parametrize("rule", WHOLE)
def test_another_document_breaks_the_rule(rule: str) -> None:
    files = {START: WHOLE[rule].encode()}
    assert rule in broken(files)
    assert not broken(files) & silent(description(files))


def test_every_rule_is_tried() -> None:
    assert {rule.id for rule in RULES} == set(BREAKS) | set(WHOLE) | {twin(rule) for rule in TWINS}
    assert set(BREAKS) >= TWINS


def test_a_description_is_silent_about_what_it_does_not_have() -> None:
    """What is kept by having no occasion to be broken is no merit."""
    whole = silent(description())
    of_11, of_12 = {"r2203", "r2717"}, {"r2201-12", "r2204-12", "r2205-12", "r2720-12", "r2721-12", "r2754-12"}
    assert of_11 | of_12 | {"r2901", "r2901-12"} <= whole
    assert not whole & {twin(rule) for rule in of_11}
    assert not whole & {rule.removesuffix("-12") for rule in of_12}
    header, fault = SESSION, '<wsdl:fault name="unknown"><soap:fault name="unknown" use="literal"/></wsdl:fault>'
    assert silent(description(edited(header, ""))) - whole == {"r2720"}
    assert silent(description(edited(fault, ""))) - whole == {"r2721", "r2723", "r2754"}
    alone = silent(description({START: b'<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:a"/>'}))
    assert {"r2005", "r2010", "r2105", "r2203", "r2204", "r2206", "r2706", "r2716", "r2717", "parts", "part-type"} <= alone
    assert not alone & {"service", "doc-service", "r4003", "unique", "references"}


def test_what_later_editions_of_the_schema_allow_is_not_blamed() -> None:
    """Policies and attributes of other namespaces stand in many descriptions; the edition at hand allows them in few places."""
    policy = '<wsp:Policy xmlns:wsp="http://www.w3.org/ns/ws-policy" wsp:x="1"/>'
    spread = ('<wsdl:input message="tns:GetItemRequest"/>', '<wsdl:input message="tns:GetItemRequest"></wsdl:input>')
    for place in ('<wsdl:portType name="Items">', '<wsdl:input message="tns:GetItemRequest">', '<wsdl:portType name="Counting">'):
        text = PORT.replace(*spread)
        changed = text.replace(place, place.replace(">", f' x:y="1" xmlns:x="urn:x">{policy}'), 1)
        assert changed != text
        files = {url: t.encode() for url, t in FILES.items()} | {ROOT + "port.wsdl": changed.encode()}
        assert broken(files) == set(), place


def test_an_action_in_the_attribute_of_the_draft_is_no_wsam_action() -> None:
    old, new = BREAKS["r2901"][0][:2]
    assert "r2901" not in broken(edited(old, new.replace("2007/05/addressing/metadata", "2006/05/addressing/wsdl")))


def test_the_action_of_an_answer_is_stated_or_made_of_names() -> None:
    """WS-Addressing 1.0 Metadata, 4.4.4: a namespace that is a URN is followed by a colon, any other by a slash."""
    output = '<wsdl:output message="tns:GetItemResponse"/>'
    wsam = 'xmlns:a="http://www.w3.org/2007/05/addressing/metadata" a:Action="urn:said"'
    for text, expected in (
        (PORT, "urn:items:port:Items:GetItemResponse"),
        (PORT.replace("urn:items:port", "http://items/port/"), "http://items/port/Items/GetItemResponse"),
        (PORT.replace(output, output.replace("/>", ' name="Found"/>')), "urn:items:port:Items:Found"),
        (PORT.replace(output, output.replace("/>", f" {wsam}/>")), "urn:said"),
        (
            PORT.replace(
                output, output.replace("/>", f" {wsam.replace('2007/05/addressing/metadata', '2006/05/addressing/wsdl')}/>")
            ),
            None,
        ),
    ):
        found = next(iter(build(START, {START: text.encode()}).port_types.values()))
        assert of_output(found, found.operations[0]) == expected
    assert of_output(found, found.operations[1]) is None


def test_one_schema_from_two_addresses_declares_nothing_twice() -> None:
    files = edited('<xsd:include schemaLocation="common.xsd"/>', '<xsd:include schemaLocation="common.xsd"/><xsd:import '
                   'namespace="urn:items:data" schemaLocation="data.xsd?again"/>')  # fmt: skip
    files[ROOT + "xsd/data.xsd?again"] = files[ROOT + "xsd/data.xsd"]
    assert not broken(files) & {"r2115", "r2116"}


def test_a_namespace_that_is_no_absolute_uri_is_read_like_any_other() -> None:
    """Canonical XML refuses it; frameworks write such names all the same."""
    files = {url: text.replace("urn:items:data", "items.data").encode() for url, text in FILES.items()}
    assert broken(files) == set()


@pytest.mark.parametrize(
    ("name", "blamed"),
    [("ArrayOfTitle", True), ("ArrayOfstring", True), ("ArrayOffloat", True), ("ArrayOf_xsd_string", True),
     ("ArrayOffset", False), ("ArrayOffice", False), ("ArrayOf", False), ("TitleArrayOfAll", False)],
)  # fmt: skip
def test_only_the_convention_of_soap_encoding_is_blamed_in_names(name: str, blamed: bool) -> None:
    assert ("r2112" in broken(edited('name="title"', f'name="{name}"'))) == blamed


def test_an_action_that_is_said_not_to_be_required_is_not_blamed() -> None:
    edit = BREAKS["r2756-12"][0]
    assert "r2756-12" not in broken(edited(edit[0], edit[1].replace('"true"', '"false"')))


def test_a_headerfault_that_is_encoded_breaks_the_rule_of_headers() -> None:
    """R2723 is about soap:fault alone."""
    encoded = SESSION.replace("/>", ">") + '<soap:headerfault message="port:Unknown" part="body" use="encoded"/></soap:header>'
    assert broken(edited(SESSION, encoded)) == {"r2706"}


def test_what_has_an_undeclared_prefix_is_not_blamed_for_lacking_it() -> None:
    assert broken(edited('element="data:item"', 'element="nowhere:item"')) == {"qname", "r2028"}
    assert broken(edited('<wsdl:part name="of" type="data:Kind"', '<wsdl:part name="of" type="nowhere:Kind"')) == {
        "qname",
        "r2028",
    }


def test_a_schema_without_a_namespace_passes_on_the_one_it_was_lent() -> None:
    """XML Schema 1.0 Part 1, 4.2.1: also to what it includes in turn."""
    deeper = FILES[ROOT + "xsd/common.xsd"]
    files = {url: text.encode() for url, text in FILES.items()}
    files[ROOT + "xsd/common.xsd"] = (
        b'<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"><s:include schemaLocation="far.xsd"/></s:schema>'
    )
    assert broken(files) == set(), "what was not fetched may hold the names"
    files[ROOT + "xsd/far.xsd"] = deeper.encode()
    assert broken(files) == set()
    files[ROOT + "xsd/far.xsd"] = deeper.replace('"item"', '"items"').encode()
    assert broken(files) == {"r2206"}


def test_a_schema_with_a_dtd_is_not_read_and_not_blamed() -> None:
    """The schema of XML Signature has one, and entities in it."""
    text = '<!DOCTYPE schema [<!ENTITY dsig "urn:d">]>' + FILES[ROOT + "xsd/data.xsd"]
    files = {url: text.encode() for url, text in FILES.items()} | {ROOT + "xsd/data.xsd": text.encode()}
    assert broken(files) == set()
    assert validator(description(files)).missing == (ROOT + "xsd/data.xsd",)
    start = {START: b"<!DOCTYPE d><d/>"}
    assert broken(start) == {"readable"}


def test_a_wrapper_may_have_the_name_of_an_element() -> None:
    """What rpc-literal implies is no element of a schema: the schemas still compile, and nothing is decided by that name."""
    rpc = FILES[START].replace("urn:items:rpc", "urn:items:data")
    data = FILES[ROOT + "xsd/data.xsd"].replace('name="unknown"', 'name="Count"')
    port = FILES[ROOT + "port.wsdl"].replace("data:unknown", "data:Count")
    files = {url: text.encode() for url, text in FILES.items()}
    files |= {START: rpc.encode(), ROOT + "xsd/data.xsd": data.encode(), ROOT + "port.wsdl": port.encode()}
    found = description(files)
    assert broken(files) == set()
    assert validator(found).problem == ""
    assert two_in_one(found) == {Name("urn:items:data", "Count")}
    assert two_in_one(description()) == frozenset()


def test_an_address_that_is_none_stops_nothing() -> None:
    files = edited(
        '<wsdl:import namespace="urn:items" location="items.wsdl"/>', '<wsdl:import namespace="http://[" location="http://["/>'
    )
    assert broken(files) >= {"r2803"}
    assert "r2007" not in broken(files)


def test_operations_of_soap_12_may_differ_by_their_actions() -> None:
    files = edited(*BREAKS["r2710"][0])
    assert {"r2710-12"} == broken(swapped(files)) - broken(swapped({u: t.encode() for u, t in FILES.items()}))
    wsam = 'xmlns:a="http://www.w3.org/2007/05/addressing/metadata" a:Action='
    text = files[ROOT + "port.wsdl"].decode()
    for message, action in (("GetItemRequest", "urn:GetItem"), ("Nothing", "urn:Touch")):
        text = text.replace(f'<wsdl:input message="tns:{message}"', f'<wsdl:input {wsam}"{action}" message="tns:{message}"')
    files[ROOT + "port.wsdl"] = text.encode()
    assert "r2710-12" not in broken(swapped(files))
    assert "r2710" in broken(files), "Basic Profile 1.1 knows no WS-Addressing"


def test_a_breach_names_document_place_and_line() -> None:
    (found,) = problems(description(edited('type="data:Kind"', 'type="data:Kinds"')))
    assert found.params["document"] == ROOT + "port.wsdl"
    assert found.location == "/definitions/message[CountRequest]/part[of]"
    assert PORT.splitlines()[found.where.line - 1].strip().startswith('<wsdl:message name="CountRequest"')


def test_what_was_not_fetched_is_no_breach() -> None:
    """A schema of another host stays unknown, and so does everything that may stand in it."""
    files = {url: text.encode() for url, text in FILES.items() if not url.endswith("common.xsd")}
    found = description(files)
    assert [reference.url for reference in found.missing] == [ROOT + "xsd/common.xsd"]
    assert broken(files) == set()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html></html>", "html"),
        (b'{"openapi": "3.1.0"}', "json"),
        (b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', "dtd"),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY x "y">]><d>&x;</d>'.encode("utf-16"), "dtd"),
        (PORT.encode()[:900], "malformed"),
        (b"<a>" * 300 + b"</a>" * 300, "malformed"),
        (b"<other/>", "root"),
    ],
)
def test_what_is_no_wsdl_says_what_it_is(body: bytes, reason: str) -> None:
    (found,) = problems(build(START, {START: body}))
    assert (found.rule, found.params["reason"]) == ("readable", reason)
