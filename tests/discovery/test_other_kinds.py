import pytest

from cpo_probe.model import Declared, Effect
from tests.discovery.support import Page, explore, json_page

EDMX = '<?xml version="1.0"?><edmx:Edmx Version="{}" xmlns:edmx="{}"><edmx:DataServices/></edmx:Edmx>'
EDMX4 = Page(EDMX.format("4.0", "http://docs.oasis-open.org/odata/ns/edmx"), "application/xml")
EDMX2 = Page(EDMX.format("1.0", "http://schemas.microsoft.com/ado/2007/06/edmx"), "text/plain")
WSDL = """<?xml version="1.0" encoding="ISO-8859-1"?>
<wsdl:definitions name="Parts" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/">
 <wsdl:service name="S"><wsdl:port name="P" binding="b"><soap:address location="http://plm.internal:8080/ws/parts"/></wsdl:port></wsdl:service>
</wsdl:definitions>"""
ROOTSERVICES = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:oslc="http://open-services.net/ns/core#"><rdf:Description/></rdf:RDF>"""
CONTEXT = {"@odata.context": "$metadata", "value": [{"name": "Parts", "kind": "EntitySet", "url": "Parts"}]}
EDMX_JSON = json_page({"$Version": "4.01", "$EntityContainer": "N.C", "N": {"C": {"$Kind": "EntityContainer"}}})

ATOM = Page('<service xmlns="http://www.w3.org/2007/app"><workspace/></service>', "application/xml")
INDEX = Page('<html><a href="/odata/v4/parts/$metadata">x</a></html>')


@pytest.mark.parametrize(
    ("pages", "path", "id", "version"),
    [
        ({"/odata/$metadata": EDMX4}, "/", "odata:/odata", "4.0"),
        ({"/svc/$metadata": EDMX4, "/svc/": json_page(CONTEXT)}, "/svc/", "odata:/", "4.0"),
        ({"/svc/$metadata": EDMX2, "/svc/": json_page({"d": {"EntitySets": ["Parts"]}})}, "/svc/", "odata:/", "2.0"),
        ({"/": INDEX, "/odata/v4/parts/$metadata": EDMX4}, "/", "odata:/odata/v4/parts", "4.0"),
        ({"/svc/": json_page(CONTEXT)}, "/svc/", "odata:/", ""),
        ({"/svc/": ATOM, "/svc/$metadata": EDMX4}, "/svc/", "odata:/", "4.0"),
        ({"/odata/$metadata": EDMX_JSON}, "/", "odata:/odata", "4.01"),
    ],
)
async def test_an_odata_service_root_is_recognised(pages: dict[str, Page], path: str, id: str, version: str) -> None:
    result = await explore(pages, path)
    assert (result.ids, result.interface.version) == ([id], version)
    assert result.exchange(result.interface.description).purpose == "discovery.description"


async def test_metadata_of_odata_is_asked_for_in_xml_which_every_service_has() -> None:
    result = await explore({"/svc/$metadata": EDMX4, "/svc/": json_page(CONTEXT)}, "/svc/")
    asked = [e for e in result.exchanges if e.request.url.endswith("$metadata")]
    assert asked and all((e.request.header("accept") or "").startswith("application/xml,") for e in asked)


@pytest.mark.parametrize(
    ("place", "id"),
    [
        ("/odata/v2/$metadata", "odata:/odata/v2"),
        ("/OData.svc/$metadata", "odata:/OData.svc"),
    ],
)
async def test_services_of_odata_v2_are_found_at_their_usual_places(place: str, id: str) -> None:
    result = await explore({place: EDMX2})
    assert (result.ids, result.interface.version) == ([id], "2.0")


async def test_a_list_of_services_leads_to_each_of_them() -> None:
    home = "/sap/opu/odata/sap"
    listed = [{"ID": n, "MetadataUrl": f"{home}/{n}/$metadata", "ServiceUrl": f"{home}/{n}"} for n in ("BOM", "ECM")]
    catalogue = {"/sap/opu/odata/iwfnd/catalogservice;v=2/ServiceCollection?$format=json": json_page({"d": {"results": listed}})}
    result = await explore({**catalogue, **{f"{home}/{n}/$metadata": EDMX2 for n in ("BOM", "ECM")}})
    assert result.ids == [f"odata:{home}/BOM", f"odata:{home}/ECM"]


@pytest.mark.parametrize("page", [EDMX4, EDMX_JSON, json_page(CONTEXT), ATOM])
async def test_who_answers_everything_alike_shows_no_root_of_a_service(page: Page) -> None:
    result = await explore({"/": Page("<html>hello</html>")}, missing=page)
    assert result.ids == ["web:/"]
    assert "as an invented path is answered with" in result.answer("/odata/$metadata")


async def test_who_answers_everything_below_a_root_alike_is_found_at_the_root_that_was_given() -> None:
    result = await explore({"/svc/": json_page(CONTEXT), "/svc/$metadata": EDMX4}, "/svc/", missing=json_page(CONTEXT))
    assert result.ids == ["odata:/"]


async def test_a_service_document_names_its_root_by_its_context() -> None:
    document = {**CONTEXT, "@odata.context": "http://plm.internal/odata/v4/parts/$metadata"}
    pages = {"/": Page('<html><a href="/api/odata">x</a></html>'), "/api/odata": json_page(document)}
    result = await explore({**pages, "/odata/v4/parts/$metadata": EDMX4})
    assert (result.ids, result.interface.url) == (["odata:/odata/v4/parts"], f"{result.base}/odata/v4/parts")
    elsewhere = await explore(pages)
    assert elsewhere.ids == ["odata:/api/odata"]


@pytest.mark.parametrize("page", [EDMX4, json_page({"@odata.context": "$metadata", "value": []})])
async def test_a_file_with_metadata_and_an_empty_document_without_them_are_no_root(page: Page) -> None:
    result = await explore({"/": Page('<html><a href="/files/odata.json">x</a></html>'), "/files/odata.json": page})
    assert result.ids == ["web:/"]
    assert "but no root of a service" in result.answer("/files/odata.json")


async def test_a_declared_root_is_kept_wherever_its_metadata_lie() -> None:
    declared = (Declared("odata", "/svc", "/files/service.xml", (), {}),)
    result = await explore({"/files/service.xml": EDMX4}, declared=declared)
    assert (result.ids, result.interface.version) == (["odata:/svc"], "4.0")


LINK = Page('<html><a href="/x">x</a><a href="/ws/parts?wsdl">S</a></html>')


@pytest.mark.parametrize(
    ("pages", "path"),
    [
        ({"/ws/parts?wsdl": Page(WSDL.encode("latin-1"), "text/xml")}, "/ws/parts/"),
        ({"/": LINK, "/ws/parts?wsdl": Page(WSDL, "text/html")}, "/"),
        ({"/services": LINK, "/ws/parts?wsdl": Page(WSDL)}, "/"),
    ],
)
async def test_a_wsdl_is_recognised_and_its_address_moved_to_the_asked_host(pages: dict[str, Page], path: str) -> None:
    result = await explore(pages, path)
    assert (result.ids, result.interface.url) == ([f"wsdl:{'/' if path != '/' else '/ws/parts'}"], f"{result.base}/ws/parts")
    assert "http://plm.internal:8080/ws/parts" in result.interface.options["pinned"]


@pytest.mark.parametrize("place", ["/rootservices", "/.well-known/oslc/rootservices.xml"])
async def test_oslc_root_services_are_recognised(place: str) -> None:
    result = await explore({place: Page(ROOTSERVICES, "application/rdf+xml")})
    assert result.interface.kind == "oslc"


@pytest.mark.parametrize(
    "body",
    [
        '<?xml version="1.0"?><!DOCTYPE e [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><e>&b;</e>',
        "<definitions xmlns='urn:other'/>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
        "<not closed",
        '<edmx:Edmx Version="4.0"/>',
    ],
)
async def test_other_markup_is_no_interface(body: str) -> None:
    result = await explore({"/odata/$metadata": Page(body, "application/xml"), "/rootservices": Page(body, "application/xml")})
    assert result.ids == ["web:/"]


CALLS = """<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
 xmlns:t="urn:t" targetNamespace="urn:t"><w:import namespace="urn:p" location="more/port.wsdl"/>
 <w:binding name="B" type="p:P" xmlns:p="urn:p"><s:binding transport="http://schemas.xmlsoap.org/soap/http"/>
  <w:operation name="getParts"><s:operation/></w:operation><w:operation name="getNextNumber"><s:operation/></w:operation>
  <w:operation name="updatePart"><s:operation/></w:operation><w:operation name="whereUsed"><s:operation/></w:operation>
 </w:binding>
 <w:service name="S"><w:port name="Q" binding="t:B"><s:address location="http://plm.internal/ws/parts"/></w:port></w:service>
</w:definitions>"""
PORT = """<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:p"><w:types>
 <x:schema xmlns:x="http://www.w3.org/2001/XMLSchema"><x:import namespace="urn:d" schemaLocation="http://elsewhere.example/d.xsd"/>
 </x:schema></w:types><w:portType name="P"/></w:definitions>"""
SERVICE = {"/ws/parts?wsdl": Page(CALLS, "text/xml"), "/ws/more/port.wsdl": Page(PORT, "text/xml")}


async def test_a_wsdl_brings_its_operations_and_the_documents_that_it_imports_from_hosts_in_scope() -> None:
    result = await explore(SERVICE, "/ws/parts/")
    assert [result.exchange(id).request.url.removeprefix(result.base) for id in result.interface.documents] == [
        "/ws/more/port.wsdl"
    ]
    assert result.operations == ["Q/getParts", "Q/getNextNumber", "Q/updatePart", "Q/whereUsed"]
    assert {operation.effect for operation in result.inventory.operations} == {Effect.WRITE}


async def test_names_and_the_profile_say_which_operations_of_soap_only_read() -> None:
    """Names alone are a proposal that the user confirms; words that change something overrule them."""
    by_name = await explore(SERVICE, "/ws/parts/", assume_read_names=True)
    assert [o.id for o in by_name.inventory.operations if o.effect is Effect.READ] == ["Q/getParts"]


@pytest.mark.parametrize("declared", ["/ws/parts", "/ws/parts?WSDL", "/ws/parts?singleWsdl"])
async def test_a_wsdl_is_found_by_the_url_of_the_service_and_by_its_own(declared: str) -> None:
    pages = {place: Page(WSDL) for place in ("/ws/parts?wsdl", "/ws/parts?WSDL", "/ws/parts?singleWsdl")}
    result = await explore(pages, declared=(Declared("wsdl", declared, "", (), {}),))
    (asked,) = (e for e in result.exchanges if e.id == result.interface.description)
    assert asked.request.url == result.base + (declared if "?" in declared else f"{declared}?wsdl")
