"""Is it known what an answer must look like, and is nothing claimed where it is not?"""

import json
from typing import Any

import pytest

from cpo_probe.model import Exchange
from cpo_probe.protocols.odata import Answer, Model, Shape, Unsure, answer, judge_answer, likely_path, reached, resource
from tests.probes.make import exchange
from tests.protocols.odata.support import document, edmx

ROOT = "http://plm.test/odata"
MODEL = Model(
    document(
        edmx(
            """
<EntityType Name="Part" OpenType="false"><Key><PropertyRef Name="ID"/></Key>
 <Property Name="ID" Type="Edm.Int32" Nullable="false"/><Property Name="Name" Type="Edm.String" MaxLength="5"/>
 <Property Name="Size" Type="N.Size"/><Property Name="Tags" Type="Collection(Edm.String)" Nullable="false"/>
 <Property Name="Photo" Type="Edm.Stream"/><Property Name="Mass" Type="Edm.Decimal" Scale="3"/>
 <NavigationProperty Name="Lines" Type="Collection(N.Line)"/><NavigationProperty Name="Owner" Type="N.User"/>
</EntityType>
<EntityType Name="Screw" BaseType="N.Part"><Property Name="Thread" Type="Edm.String"/></EntityType>
<EntityType Name="Line"><Key><PropertyRef Name="Part"/><PropertyRef Name="No"/></Key>
 <Property Name="Part" Type="Edm.Int32" Nullable="false"/><Property Name="No" Type="Edm.Int32" Nullable="false"/></EntityType>
<EntityType Name="User"><Key><PropertyRef Name="Login"/></Key><Property Name="Login" Type="Edm.String" Nullable="false"/>
</EntityType>
<ComplexType Name="Size"><Property Name="Width" Type="Edm.Int64"/></ComplexType>
<Function Name="Newest"><ReturnType Type="Collection(N.Part)"/></Function>
<Function Name="Heaviest" IsBound="true"><Parameter Name="on" Type="Collection(N.Part)"/><ReturnType Type="N.Part"/></Function>
<Function Name="Cost" IsBound="true"><Parameter Name="of" Type="N.Part"/><ReturnType Type="Edm.Decimal" Scale="2"/></Function>
<Function Name="Odd" IsBound="true"><Parameter Name="of" Type="N.Part"/><ReturnType Type="Edm.Int32"/></Function>
<Function Name="Odd" IsBound="true"><Parameter Name="of" Type="N.Part"/><Parameter Name="x" Type="Edm.Int32"/>
 <ReturnType Type="Edm.String"/></Function>
<Action Name="Scrap" IsBound="true"><Parameter Name="of" Type="N.Part"/></Action>
<EntityContainer Name="C"><EntitySet Name="Parts" EntityType="N.Part"/><EntitySet Name="Lines" EntityType="N.Line"/>
 <Singleton Name="Me" Type="N.User"/><FunctionImport Name="Newest" Function="N.Newest"/></EntityContainer>"""
        )
    )
)


@pytest.mark.parametrize(
    ("path", "shown", "shape", "type"),
    [
        ("/", "", Shape.SERVICE, ""),
        ("/Parts", "Parts", Shape.ENTITIES, "N.Part"),
        ("/Parts()", "Parts", Shape.ENTITIES, "N.Part"),
        ("/Parts(1)", "Parts()", Shape.ENTITY, "N.Part"),
        ("/Parts(ID=1)/Name", "Parts()/Name", Shape.VALUE, "Edm.String"),
        ("/Parts(1)/Tags", "Parts()/Tags", Shape.VALUES, "Edm.String"),
        ("/Parts(1)/Size", "Parts()/Size", Shape.VALUE, "N.Size"),
        ("/Parts(1)/Size/Width", "Parts()/Size/Width", Shape.VALUE, "Edm.Int64"),
        ("/Parts(1)/Lines", "Parts()/Lines", Shape.ENTITIES, "N.Line"),
        ("/Parts(1)/Lines(Part=1,No=2)", "Parts()/Lines()", Shape.ENTITY, "N.Line"),
        ("/Parts(1)/Owner", "Parts()/Owner", Shape.ENTITY, "N.User"),
        ("/Parts(1)/Lines/$ref", "Parts()/Lines/$ref", Shape.REFERENCES, ""),
        ("/Parts(1)/Owner/$ref", "Parts()/Owner/$ref", Shape.REFERENCE, ""),
        ("/Parts/N.Screw", "Parts/N.Screw", Shape.ENTITIES, "N.Screw"),
        ("/Parts/N.Screw(1)/Thread", "Parts/N.Screw()/Thread", Shape.VALUE, "Edm.String"),
        ("/Parts(1)/N.Screw", "Parts()/N.Screw", Shape.ENTITY, "N.Screw"),
        ("/Parts/N.Heaviest()", "Parts/N.Heaviest()", Shape.ENTITY, "N.Part"),
        ("/Parts(1)/N.Cost", "Parts()/N.Cost()", Shape.VALUE, "Edm.Decimal"),
        ("/Parts/N.Screw/N.Heaviest()/Name", "Parts/N.Screw/N.Heaviest()/Name", Shape.VALUE, "Edm.String"),
        ("/Parts/$filter(@f)/N.Screw", "Parts/N.Screw", Shape.ENTITIES, "N.Screw"),
        ("/Parts/Heaviest()", "Parts/Heaviest()", Shape.ENTITY, "N.Part"),
        ("/Parts(1)/Cost", "Parts()/Cost()", Shape.VALUE, "Edm.Decimal"),
        ("/Parts/1", "Parts()", Shape.ENTITY, "N.Part"),
        ("/Parts/a%2Fb/Name", "Parts()/Name", Shape.VALUE, "Edm.String"),
        ("/Lines/1/2/No", "Lines()/No", Shape.VALUE, "Edm.Int32"),
        ("/Me", "Me", Shape.ENTITY, "N.User"),
        ("/Newest()", "Newest()", Shape.ENTITIES, "N.Part"),
        ("/Newest", "Newest()", Shape.ENTITIES, "N.Part"),
    ],
)
def test_a_path_leads_to_the_shape_and_type_of_its_answer(path: str, shown: str, shape: Shape, type: str) -> None:
    found = resource(MODEL, path)
    assert found is not None
    assert (found.path, found.expected.shape, found.expected.type) == (shown, shape, type)


@pytest.mark.parametrize(
    "path",
    [
        *("/Nothing", "/$metadata", "/$batch", "/$entity", "/$crossjoin(Parts,Lines)", "/Parts/$count", "/Parts(1)/Name/$value"),
        *("/Parts(1)/Photo", "/Parts(1)/Nothing", "/Parts(1)/N.Odd()", "/Parts(1)/N.Scrap", "/Me(1)", "/Lines/1", "/Parts/$each"),
        *("/Parts/Odd(1)", "/Parts/Cost", "/Parts/Unknown(1)", "/Parts(1)/Scrap"),
        *("/Parts(1)/Name/Further", "/Parts(1)/Owner(1)", "/Parts(1)/Lines/$ref/More", "/Parts(1)/Size/N.Screw"),
    ],
)
def test_nothing_is_said_of_other_paths(path: str) -> None:
    assert resource(MODEL, path) is None


def got(
    path: str, value: Any = None, status: int = 200, media: str = "application/json", accept: str = "", **more: Any
) -> Exchange:
    body = json.dumps(value).encode() if value is not None else b""
    headers = [("Content-Type", media), *more.pop("headers", [("OData-Version", "4.01")])]
    sent = [("Accept", accept), *more.pop("sent", [])]
    return exchange(status, headers, body, url=f"{ROOT}{path}", sent=sent, **more)


def told(given: Exchange) -> Answer:
    found = answer(MODEL, ROOT, given)
    assert isinstance(found, Answer), found
    return found


PAGE = {"@context": "$metadata#Parts", "value": []}


def test_media_type_and_version_of_the_answer_say_how_it_is_written() -> None:
    found = told(got("/Parts", PAGE, media='application/json; odata.metadata="full";IEEE754Compatible=true;charset=utf-8'))
    assert found.context.version == "4.01"
    assert (found.context.metadata, found.context.ieee754) == ("full", True)
    assert told(got("/Parts", PAGE)).context.metadata == "minimal"


def test_a_level_that_was_asked_for_and_is_not_stated_stays_open() -> None:
    found = told(got("/Parts", PAGE, accept="application/json;odata.metadata=none"))
    assert {"context", "metadata-none", "abstract", "undeclared"} <= found.silent
    found = told(got("/Parts?$format=application/json;metadata%3Dfull", PAGE))
    assert "metadata-full" in found.silent


@pytest.mark.parametrize(
    ("query", "value", "sent", "whole"),
    [
        ("", PAGE, "", True),
        ("?$filter=ID eq 1&$top=3&custom=1", PAGE, "", True),
        ("?$select=ID", PAGE, "", False),
        ("?select=ID", PAGE, "", False),
        ("?$skiptoken=x", PAGE, "", False),
        ("?$unknown=x", PAGE, "", False),
        ("", {"@context": "$metadata#Parts(ID)", "value": []}, "", False),
        ("", {"value": []}, "", False),
        ("", PAGE, "omit-values=nulls", False),
        ("", PAGE, "omit-values=defaults", True),
    ],
)
def test_everything_has_to_be_there_unless_request_or_context_url_select(query: str, value: Any, sent: str, whole: bool) -> None:
    applied = [("Preference-Applied", sent), ("OData-Version", "4.01")] if "nulls" in sent else [("OData-Version", "4.01")]
    assert told(got(f"/Parts{query}", value, sent=[("Prefer", sent)], headers=applied)).context.complete is whole


def test_without_control_information_a_derived_type_cannot_be_told() -> None:
    found = told(got("/Parts", {"value": []}, media="application/json;metadata=none"))
    assert ("undeclared" in found.silent, found.context.complete) == (True, False)


@pytest.mark.parametrize("query", ["$compute=ID add 1 as Next", "$skiptoken=7", "$expand=Lines($compute=No mul 2 as Twice)"])
def test_computed_properties_are_not_undeclared(query: str) -> None:
    assert "undeclared" in told(got(f"/Parts?{query}", PAGE)).silent


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (got("/Parts", status=204), "no_content"),
        (got("/Parts", PAGE, media="application/xml"), "not_json"),
        (got("/Parts(9)", {"error": {}}, status=404, headers=[]), "not_of_the_service"),
        (got("/Parts", PAGE, status=202), "other_answer"),
        (got("/$batch", {"responses": []}, method="POST"), "other_answer"),
        (got("/Parts?$deltatoken=1", PAGE), "delta"),
        (got("/Parts", {"@context": "$metadata#Parts/$delta", "value": []}), "delta"),
        (got("/Parts?$apply=aggregate($count as N)", PAGE), "transformed"),
        (got("/Parts?$skiptoken=1", {"@context": "$metadata#Parts(N)", "value": []}), "transformed"),
        (got("/Nothing", PAGE), "unknown_resource"),
        (exchange(200, [], PAGE, url="http://other.test/odata/Parts"), "unknown_resource"),
    ],
)
def test_what_cannot_be_derived_surely_is_not_judged(given: Exchange, reason: str) -> None:
    assert answer(MODEL, ROOT, given) == Unsure(reason)


def test_an_answer_is_judged_with_its_resource_in_the_location() -> None:
    value = {"@context": "$metadata#Parts", "value": [{"ID": 1, "Name": "too long", "More": 1}]}
    given = got("/Parts?$select=ID,Name", value)
    found = judge_answer(MODEL, value, told(given))
    assert [(p.rule, p.location, p.where.pointer) for p in found] == [
        ("payload.length", "Parts/value/*/Name", "/value/0/Name"),
        ("payload.undeclared", "Parts/value/*/More", "/value/0/More"),
    ]
    quiet = judge_answer(MODEL, value, told(got("/Parts?$skiptoken=1", value)))
    assert quiet.counts == {"payload.length": 1}


def test_errors_are_judged_as_errors_and_nothing_else() -> None:
    value = {"error": {"code": "1", "message": ""}}
    given = got("/Parts(9)", value, status=404)
    assert [p.location for p in judge_answer(MODEL, value, told(given))] == ["/error/message"]
    assert reached(MODEL, told(given).expected, told(given).context, value) == {"error"}


def test_rules_without_anything_to_look_at_are_not_reached() -> None:
    def found(path: str, value: Any) -> frozenset[str]:
        one = told(got(path, value))
        return reached(MODEL, one.expected, one.context, value)

    assert found("/Parts", PAGE) == {"envelope", "context", "control"}
    one = {"@context": "$metadata#Parts", "value": [{"ID": 1, "Name": "x", "Mass": None, "Size": {"Width": 1}}]}
    assert {"kind", "length", "lexical", "range", "nullable", "ieee754", "undeclared", "missing"} <= found("/Parts", one)
    assert found("/Parts", one).isdisjoint({"scale", "shape", "member", "type", "service", "error", "metadata-none"})
    named = {"@context": "$metadata#Parts(1)/Name", "value": "x"}
    assert {"kind", "length"} <= found("/Parts(1)/Name", named)
    assert "type" in found("/Parts", {**PAGE, "value": [{"@type": "#N.Screw", "ID": 1}]})
    assert "service" in found("/", {"@context": "$metadata", "value": []})


@pytest.mark.parametrize(
    ("context", "path"),
    [
        ("http://plm.test/odata/$metadata", ""),
        ("$metadata#Parts", "Parts"),
        ("$metadata#Parts(ID,Lines(No))", "Parts"),
        ("$metadata#Parts/$entity", "Parts(0)"),
        ("$metadata#Parts(Name)/$entity", "Parts(0)"),
        ("$metadata#Parts/N.Screw/$entity", "Parts/N.Screw(0)"),
        ("$metadata#Parts(1)/Size", "Parts(1)/Size"),
        ("$metadata#Parts(1)/Lines(No)", "Parts(1)/Lines"),
        ("$metadata#Me", "Me"),
        ("$metadata#Nothing", None),
        ("$metadata#Edm.String", None),
        ("http://plm.test/odata", None),
    ],
)
def test_a_context_url_tells_which_request_brings_such_an_answer(context: str, path: str | None) -> None:
    assert likely_path(MODEL, context) == path


def test_what_the_standard_leaves_open_about_types_and_operations_is_no_problem() -> None:
    screw = {"@odata.context": "$metadata#Parts/N.Screw/$entity", **FULL, "Thread": "M3"}
    assert told(got("/Parts(1)", screw)).expected.type == "N.Screw"
    assert not list(judge_answer(MODEL, screw, told(got("/Parts(1)", screw))))
    page = {"@context": "$metadata#Parts", "#N.RateAll": {}, "#N.RateAll@Core.Description": "x", "value": []}
    assert not list(judge_answer(MODEL, page, told(got("/Parts", page))))
    part = {"@context": "$metadata#Parts/$entity", **FULL, "#N.Scrap": {}, "#N.Scrap@Core.Description": "x"}
    assert not list(judge_answer(MODEL, part, told(got("/Parts(1)", part))))


FULL: dict[str, Any] = {"ID": 1, "Name": "a", "Size": None, "Tags": [], "Mass": 1}


def test_a_type_in_the_context_url_that_is_none_of_the_resource_changes_nothing() -> None:
    for fragment in ("Parts/N.User/$entity", "Parts/N.Nothing/$entity", "Parts(1)/Owner/$entity"):
        assert told(got("/Parts(1)", {"@context": f"$metadata#{fragment}"})).expected.type == "N.Part"
    assert told(got("/Parts", {"@context": "$metadata#Parts/N.Screw(ID,Name)"})).expected.type == "N.Screw"
