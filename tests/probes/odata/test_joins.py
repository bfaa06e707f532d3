"""Which sets does the probe of cross joins pair?"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext
from tests.probes.make import HOST, exchange, interface
from tests.probes.odata.test_exchange import facts

ROOT, CAPABILITIES = f"{HOST}/odata", "Org.OData.Capabilities.V1"
RESTRICTED = '<Record><PropertyValue Property="Filterable" Bool="false"/></Record>'
BARRED = f'<Annotation Term="{CAPABILITIES}.FilterRestrictions">{RESTRICTED}</Annotation>'
SETS = {"Large": 'a.Item">', "Barred": f'a.Item">{BARRED}', "Small": 'a.Item">', "Tiny": 'a.Item">'}
CSDL = f"""<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="a" xmlns="http://docs.oasis-open.org/odata/ns/edm"><EntityType Name="Item"><Key><PropertyRef Name="ID"/></Key>
<Property Name="ID" Type="Edm.Int32" Nullable="false"/></EntityType><EntityContainer Name="C">
<Annotation Term="{CAPABILITIES}.CrossJoinSupported"/>
{"".join(f'<EntitySet Name="{name}" EntityType="{rest}</EntitySet>' for name, rest in SETS.items())}
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>""".encode()


async def test_small_sets_that_can_be_filtered_are_paired(registry: Registry) -> None:
    def answer(_: Request) -> Response:
        return JSONResponse({"@odata.context": "$metadata#Collection(Edm.ComplexType)", "value": [{}]})

    known = [exchange(200, (), CSDL, url=f"{ROOT}/$metadata", purpose="odata.metadata")]
    for number, name in enumerate(SETS, 2):
        more = {"@odata.nextLink": f"{name}?$skiptoken=2"} if name == "Large" else {}
        note, url = {"set": name, "page": 1, "top": 200}, f"{ROOT}/{name}?$top=200"
        said = {"value": [{"ID": 1}, {"ID": 2}], **more}
        known.append(exchange(200, (), said, id=f"{number:06}", url=url, purpose="odata.window", note=note))
    context = FakeContext(Starlette(routes=[Route("/{path:path}", answer)]), facts=facts(registry, *known))
    context.interface = interface(kind="odata", url=ROOT)
    await registry.probes["odata.crossjoin"].run(context)
    assert {one.request.url.partition("?")[0] for one in context.asked} == {f"{ROOT}/$crossjoin(Small,Tiny)"}
