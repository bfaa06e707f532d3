"""Is every address that the probes make up for an OData service a right one, by the grammar of OASIS and the model's names?"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from string import ascii_lowercase
from urllib.parse import urlsplit

import pytest

from cpo_probe.cli.loading import open_house
from cpo_probe.model import Exchange
from fixtures.plm.auth.accounts import PASSWORD, USERNAME
from fixtures.plm.odata.schema import MODEL, NAMESPACE
from fixtures.plm.serve import serve
from tests.peers.measure import measure
from tests.protocols.odata.abnf import Grammar
from tests.protocols.odata.support import test_data

GRAMMARS = ("odata-abnf-construction-rules", "odata-aggregation-abnf")
FORGOTTEN = '"%" ( "0" / "1" /   "3" / "4" / "5" / "6" / "8" / "9" / A-to-F ) HEXDIG'
"""The grammar leaves out %7B, %7C and %7D inside of literals, which cannot stand there in another way."""
POSITION = "doubleValue SP doubleValue [ SP doubleValue ] [ SP doubleValue ]"
"""Of the blanks between coordinates the grammar knows the sign alone, which no URL may hold."""
ALIAS = "CpoProbeValue"
WRONG = re.compile(r"odata\.errors\.|\.(wrong|unknown|invalid|unsupported)")
"""Purposes of requests that are wrong on purpose."""
PROFILE = """\
name = "clean"
base_url = "{url}odata/v4/"
[auth]
kind = "basic"
username = "{user}"
password = "env:REFERENCE_PASSWORD"
[[interfaces]]
kind = "odata"
url = "{url}odata/v4/"
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Exchange]]:
    """What a whole run asked of the clean service."""
    folder = tmp_path_factory.mktemp("sent")
    with pytest.MonkeyPatch.context() as patch, serve(odata=True) as url:
        patch.setitem(os.environ, "REFERENCE_PASSWORD", PASSWORD)
        (folder / "clean.toml").write_text(PROFILE.format(url=url, user=USERNAME), encoding="utf-8")
        measured = measure(open_house((), None, "en"), str(folder / "clean.toml"), folder / "bundle")
        yield [e for e in measured.bundle.exchanges() if e.purpose.startswith("odata.") and not WRONG.search(e.purpose)]


@pytest.fixture(scope="module")
def grammar() -> Iterator[Grammar]:
    texts = [test_data(f"schemas/odata/{name}.txt").read_text(encoding="utf-8") for name in GRAMMARS]
    rules = "\n".join(texts).replace(FORGOTTEN, FORGOTTEN.replace('"6"', '"6" / "7"'))
    rules = rules.replace(POSITION, POSITION.replace("SP", "RWS"))
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield Grammar(rules, names())
    sys.setrecursionlimit(before)


def names() -> dict[str, frozenset[str]]:
    """Rules of the grammar that stand for names, and the names of the model (CSDL 15; ABNF, 6)."""
    entities = [type for name, type in MODEL.by_name.items() if MODEL.entity(name)]
    complexes = [type for name, type in MODEL.by_name.items() if not MODEL.entity(name)]
    properties = [p for type in MODEL.types for p in type.properties]
    keys = {name for type in entities for name in type.key}
    navigations = [n for type in entities for n in type.navigations]
    complex_names = {f"{NAMESPACE}.{type.name}" for type in complexes}
    functions: dict[str, set[str]] = {
        f"{kind}{many}Function{imported}": set()
        for kind in ("entity", "complex", "primitive")
        for many in ("", "Col")
        for imported in ("", "Import")
    }
    for f in MODEL.functions:
        kind = f"{'entity' if MODEL.entity(f.returns.name) else 'primitive'}{'Col' * f.returns.many}Function"
        functions[kind + "Import" * (f.binding is None)].add(f.name)
    return {
        "entitySetName": frozenset(MODEL.sets),
        "singletonEntity": frozenset(MODEL.singletons),
        "namespacePart": frozenset((*NAMESPACE.split("."), MODEL.alias)),
        "entityTypeName": frozenset(type.name for type in entities),
        "complexTypeName": frozenset(type.name for type in complexes),
        "enumerationTypeName": frozenset(enum.name for enum in MODEL.enums),
        "enumerationMember": frozenset(member for enum in MODEL.enums for member in enum.members),
        "primitiveKeyProperty": frozenset(keys),
        "primitiveNonKeyProperty": frozenset(
            (ALIAS, *(p.name for p in properties if not p.type.many and p.type.name not in complex_names))
        ),
        "primitiveColProperty": frozenset(p.name for p in properties if p.type.many and p.type.name not in complex_names),
        "complexProperty": frozenset(p.name for p in properties if not p.type.many and p.type.name in complex_names),
        "complexColProperty": frozenset(p.name for p in properties if p.type.many and p.type.name in complex_names),
        "entityNavigationProperty": frozenset(n.name for n in navigations if not n.type.many),
        "entityColNavigationProperty": frozenset(n.name for n in navigations if n.type.many),
        "parameterName": frozenset(p.name for f in MODEL.functions for p in f.parameters),
        "expressionAlias": frozenset((ALIAS,)),
        **dict.fromkeys(("action", "actionImport", "streamProperty", "customAggregate"), frozenset()),
        "lambdaVariableExpr": frozenset(ascii_lowercase),
        **dict.fromkeys(("entityAnnotationInQuery", "primitiveAnnotationInQuery"), frozenset()),
        **{kind: frozenset(known) for kind, known in functions.items()},
    }


def normal(text: str) -> str:
    """Unreserved characters as they are (RFC 3986, 6.2.2.2), which the grammar takes for granted."""
    return re.sub(
        r"%([0-9A-Fa-f]{2})",
        lambda m: c if re.fullmatch(r"[A-Za-z0-9._~-]", c := chr(int(m.group(1), 16))) else m.group().upper(),
        text,
    )


def test_addresses_are_grammatical(asked: list[Exchange], grammar: Grammar) -> None:
    addresses = {normal(_below(exchange.request.url)) for exchange in asked} - {""}
    assert len(addresses) > 50
    wrong = sorted(address for address in addresses if not grammar.matches("odataRelativeUri", address))
    assert not wrong, "\n".join(wrong)


def test_no_probe_asks_more_than_it_states(asked: list[Exchange]) -> None:
    probes = [probe for id, probe in open_house((), None, "en").registry.probes.items() if id.startswith("odata.")]
    shared = Counter(purpose for probe in probes for purpose in probe.purposes)
    counts = Counter(exchange.purpose for exchange in asked)
    for probe in probes:
        own = [purpose for purpose in probe.purposes if shared[purpose] == 1]
        assert sum(counts[purpose] for purpose in own) <= probe.cost, probe.id


@pytest.mark.parametrize(
    "address",
    [
        "Parts",
        "Items('x'",
        "Items?$filter=Nmae%20eq%20'x'",
        "Items?$filter=Name%20eq",
        "Items?$orderby=Name%20down",
        "Items?$top=-1",
    ],
)
def test_wrong_addresses_are_not(grammar: Grammar, address: str) -> None:
    assert not grammar.matches("odataRelativeUri", address)


def _below(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path.partition("/odata/v4/")[2]
    return f"{path}?{parts.query}" if parts.query else path
