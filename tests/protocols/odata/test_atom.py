"""Is Atom of OData V2 read as it is written, refused when it may do harm, and judged by the model?"""

from decimal import Decimal

import pytest

from cpo_probe.protocols.odata import ATOM_RULES, Document, Model, Untyped, atom, judge_atom, read, typed_text
from cpo_probe.protocols.odata.csdl import EntityType
from cpo_probe.protocols.odata.times import Clock, Moment

SPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices" '
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"'
)
CATEGORY = '<category term="N.Part" scheme="http://schemas.microsoft.com/ado/2007/08/dataservices/scheme"/>'
LINK = '<link rel="http://schemas.microsoft.com/ado/2007/08/dataservices/related/Parts" href="Parts(1)/Parts" title="Parts"/>'
META = "<id>http://plm.test/Parts(1)</id><title/><updated>2020-01-01T00:00:00Z</updated>"
VALUES = (
    '<d:Id m:type="Edm.Int64">1</d:Id><d:Name>A &amp; B</d:Name><d:Made m:type="Edm.DateTime">2020-01-31T12:00:00.5</d:Made>'
    '<d:Box m:type="N.Box"><d:Wide m:type="Edm.Double">1.5</d:Wide></d:Box>'
)
CSDL = """<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices>
<Schema Namespace="N" xmlns="http://schemas.microsoft.com/ado/2008/09/edm" xmlns:m="{}">
<EntityType Name="Part"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int64" Nullable="false"/>
<Property Name="Name" Type="Edm.String" Nullable="false"/><Property Name="Made" Type="Edm.DateTime"/>
<Property Name="Box" Type="N.Box"/>
<NavigationProperty Name="Parts" Relationship="N.A" FromRole="p" ToRole="c"/></EntityType>
<EntityType Name="Tool" BaseType="N.Part"/><EntityType Name="User"><Key><PropertyRef Name="Id"/></Key>
<Property Name="Id" Type="Edm.Int32" Nullable="false"/></EntityType>
<EntityType Name="File" m:HasStream="true"><Key><PropertyRef Name="Id"/></Key>
<Property Name="Id" Type="Edm.Int32" Nullable="false"/></EntityType>
<ComplexType Name="Box"><Property Name="Wide" Type="Edm.Double"/></ComplexType>
<Association Name="A"><End Role="p" Type="N.Part" Multiplicity="1"/><End Role="c" Type="N.Part" Multiplicity="*"/></Association>
</Schema></edmx:DataServices></edmx:Edmx>""".format("http://schemas.microsoft.com/ado/2007/08/dataservices/metadata")


@pytest.fixture(scope="module")
def model() -> Model:
    document = read(CSDL.encode())
    assert isinstance(document, Document)
    return Model(document)


def content(values: str, type: str = "application/xml") -> str:
    return f'<content type="{type}"><m:properties>{values}</m:properties></content>'


def entry(values: str = content(VALUES), *, meta: str = META, category: str = CATEGORY, link: str = LINK) -> bytes:
    return f"<entry {SPACES}>{meta}{link}{category}{values}</entry>".encode()


def judged(model: Model, body: bytes, type: str = "N.Part", complete: bool = True) -> list[tuple[str, str]]:
    found, of = atom.read(body), model.entity(type)
    assert isinstance(found, (atom.Feed, atom.Entry)) and isinstance(of, EntityType)
    return [(problem.rule, problem.location) for problem in judge_atom(model, of, found, complete=complete)]


def test_an_entry_is_read_with_its_values_links_and_type() -> None:
    found = atom.read(entry().replace(b"<entry ", b"<entry m:etag='W/\"1\"' "))
    assert isinstance(found, atom.Entry)
    assert (found.id, found.etag, found.type, found.placed) == ("http://plm.test/Parts(1)", 'W/"1"', "N.Part", "content")
    assert [(name, p.type, p.text) for name, p in found.properties.items()] == [
        ("Id", "Edm.Int64", "1"), ("Name", "", "A & B"), ("Made", "Edm.DateTime", "2020-01-31T12:00:00.5"), ("Box", "N.Box", ""),
    ]  # fmt: skip
    inside = found.properties["Box"].inside
    assert inside is not None and inside["Wide"].text == "1.5"
    assert [(link.title, link.href, link.expanded) for link in found.links] == [("Parts", "Parts(1)/Parts", False)]


def test_a_feed_is_read_with_count_next_and_what_was_expanded() -> None:
    inline = LINK.replace("/>", f"><m:inline><feed>{entry().decode()}</feed></m:inline></link>")
    inner = entry(link=inline).decode()
    found = atom.read(f'<feed {SPACES}><id>x</id><m:count> 7 </m:count>{inner}<link rel="next" href="?2"/></feed>'.encode())
    assert isinstance(found, atom.Feed)
    assert (found.id, found.count, found.next, set(found.has)) == ("x", "7", "?2", {"id", "entry", "link"})
    expanded = found.entries[0].links[0].inline
    assert isinstance(expanded, atom.Feed) and expanded.entries[0].type == "N.Part"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"), (b"{}", "json"), (b"<!DOCTYPE html><html/>", "html"), (entry()[:-20], "truncated"),
        (b'<!DOCTYPE x [<!ENTITY a "aa">]><feed/>', "dtd"), (entry().replace(b"&amp;", b"&"), "malformed"),
        (b"<feed/>", "root"), (f"<service {SPACES}/>".encode(), "root"), (b"<a>" * 300, "too-deep"),
    ],
)  # fmt: skip
def test_what_is_no_atom_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    found = atom.read(body)
    assert isinstance(found, atom.Unreadable) and found.reason == reason


def test_service_documents_errors_and_single_properties_are_read() -> None:
    app = '<service xmlns="http://www.w3.org/2007/app" xmlns:a="http://www.w3.org/2005/Atom"><workspace>{}</workspace></service>'
    listed = atom.read_service(app.format('<collection href="Parts"><a:title>Parts</a:title></collection>').encode())
    assert listed == (atom.Collection("Parts", "Parts"),)
    assert isinstance(atom.read_service(entry()), atom.Unreadable)
    assert atom.read_error(f"<m:error {SPACES}><m:code>x</m:code></m:error>".encode()) == ("x", None)
    assert isinstance(atom.read_error(b"<error/>"), atom.Unreadable)
    one = atom.read_property(f'<d:Name {SPACES} m:null="true"/>'.encode())
    assert isinstance(one, atom.Property) and one.null
    assert isinstance(atom.read_property(b"<Name/>"), atom.Unreadable)


STREAM = '<content type="image/png" src="Files(1)/$value"/><m:properties><d:Id m:type="Edm.Int32">1</d:Id></m:properties>'
CASES: list[tuple[bytes, list[tuple[str, str]]]] = [
    (entry(), []),
    (entry(content(VALUES.replace(' m:type="Edm.Int64"', ""))), []),
    (entry(category=CATEGORY.replace("N.Part", "N.Tool")), []),
    (f"<feed {SPACES}><title/>{entry().decode()}</feed>".encode(), [("atom.feed", ""), ("atom.feed", "")]),
    (entry(meta="<title/><updated>2020-01-01T00:00:00Z</updated>"), [("atom.entry", "")]),
    (entry(meta=META.replace("http://plm.test/Parts(1)", "")), [("atom.entry", "")]),
    (entry(content(VALUES, "text/xml")), [("atom.content", "")]),
    (entry(f"<m:properties>{VALUES}</m:properties>"), [("atom.content", "")]),
    (entry("<content/>"), [("atom.content", "")]),
    (entry(content(VALUES + "<d:More>1</d:More>")), [("atom.properties", "More")]),
    (entry(content(VALUES + "<More/>")), [("atom.properties", "")]),
    (entry(content(VALUES.replace("d:Made", "d:MADE"))), [("atom.properties", "MADE"), ("atom.properties", "Made")]),
    (entry(content(VALUES.replace("Edm.Int64", "Edm.Int32"))), [("atom.value", "Id")]),
    (entry(content(VALUES.replace("2020-01-31", "2020-02-31"))), [("atom.value", "Made")]),
    (entry(content(VALUES.replace("1.5", "1,5"))), [("atom.value", "Wide")]),
    (entry(content(VALUES.replace("N.Box", "N.Crate"))), [("atom.value", "Box")]),
    (entry(content(VALUES.replace("<d:Name>A &amp; B</d:Name>", '<d:Name m:null="true"/>'))), [("atom.null", "Name")]),
    (entry(category=""), [("atom.type", "")]),
    (entry(category=CATEGORY.replace("N.Part", "N.User")), [("atom.type", "")]),
    (entry(link=""), [("atom.links", "Parts")]),
    (entry(link=LINK.replace('href="Parts(1)/Parts"', "")), [("atom.links", "Parts")]),
]


@pytest.mark.parametrize(("body", "problems"), CASES)
def test_entries_are_judged_by_the_model(model: Model, body: bytes, problems: list[tuple[str, str]]) -> None:
    assert judged(model, body) == problems


def test_media_link_entries_have_their_values_beside_the_content(model: Model) -> None:
    plain = {"category": "", "link": ""}
    assert judged(model, entry(STREAM, **plain), "N.File") == []
    inside = content('<d:Id m:type="Edm.Int32">1</d:Id>')
    assert judged(model, entry(inside, **plain), "N.File") == [("atom.content", "")]


def test_what_was_not_selected_may_be_missing(model: Model) -> None:
    part = entry(content('<d:Id m:type="Edm.Int64">1</d:Id>'), link="")
    assert judged(model, part, complete=False) == []
    assert {rule for rule, _ in judged(model, part)} == {"atom.properties", "atom.links"}


def test_every_rule_can_be_broken() -> None:
    assert {rule for _, found in CASES for rule, _ in found} == {rule.id for rule in ATOM_RULES}


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("Edm.Int64", "5L", 5), ("Edm.Decimal", "1.50M", Decimal("1.50")), ("Edm.Boolean", "1", True),
        ("Edm.Double", "INF", float("inf")),
        ("Edm.DateTime", "1970-01-01T00:00:01", Moment(10**12, 0)), ("Edm.Time", "PT1S", Clock(10**12)),
        ("Edm.DateTimeOffset", "1970-01-01T02:00:00+02:00", Moment(0, 120)),
        ("Edm.Binary", "AQ\n==", b"\1"), ("Edm.String", " a ", " a "),
    ],
)  # fmt: skip
def test_texts_are_values_of_their_type(type: str, text: str, value: object) -> None:
    assert typed_text(type, text) == value


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("Edm.Byte", "256"), ("Edm.Int32", "1.0"), ("Edm.Boolean", "yes"), ("Edm.Guid", "1"),
        ("Edm.DateTimeOffset", "1970-01-01T00:00:00"),
        ("Edm.Time", "1 h"), ("Edm.Binary", "?"), ("Edm.Decimal", "1,5"), ("Edm.Double", ""), ("N.Box", "x"),
    ],
)  # fmt: skip
def test_other_texts_are_none(type: str, text: str) -> None:
    with pytest.raises(Untyped):
        typed_text(type, text)
