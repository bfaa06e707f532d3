"""XML that would read files, ask strangers or fill the memory of whoever expands it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from cpo_probe.model import Outcome
from tests.faults.conftest import Running
from tests.faults.little import DATE, Little, sends
from tests.session.support import Got, reply

XML = ("Content-Type", "application/xml")
EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
WSDL = "http://schemas.xmlsoap.org/wsdl/"
SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
LAUGHS = '<!ENTITY lol "lol">' + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 13))


def document(entities: str, root: str) -> bytes:
    return f"<?xml version='1.0'?>\n<!DOCTYPE x [{entities}]>\n{root}".encode()


def wsdl(entities: str, value: str) -> bytes:
    """A service description whose address is an entity."""
    port = f'<soap:address xmlns:soap="{SOAP}" location="http://127.0.0.1/{value}"/>'
    root = f'<definitions xmlns="{WSDL}" name="a"><service name="s"><port name="p">{port}</port></service></definitions>'
    return document(entities, root)


def metadata(entities: str, value: str) -> bytes:
    return document(
        entities, f'<edmx:Edmx xmlns:edmx="{EDMX}" Version="4.0"><edmx:DataServices>{value}</edmx:DataServices></edmx:Edmx>'
    )


@pytest.mark.parametrize("form", [wsdl, metadata])
async def test_an_external_entity_is_neither_read_from_disk_nor_fetched(
    run: Running, little: Little, tmp_path: Path, form: Callable[[str, str], bytes]
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not-for-the-record")
    stolen: list[Got] = []

    async def theft(got: Got, writer: asyncio.StreamWriter) -> None:
        stolen.append(got)
        writer.write(reply(200, b"stolen"))
        await writer.drain()

    little.faults["/stolen"] = theft
    entities = f'<!ENTITY disk SYSTEM "{secret.as_uri()}"><!ENTITY net SYSTEM "{little.base}stolen">'
    for name in ("disk", "net"):
        entities += f'<!ENTITY % p{name} SYSTEM "{little.base}stolen">%p{name};'
    body = wsdl(entities, "a") if form is wsdl else metadata(entities, "&disk;&net;")
    little.faults |= {"/openapi.json": sends(reply(200, body, DATE, XML))}
    judged = await run(little.base)
    answer = next(row["answer"] for row in judged.bundle.inventory.tried if row["url"] == f"{little.base}openapi.json")
    assert answer.startswith(("WSDL 1.1", "OData metadata 4.0"))
    assert stolen == []
    for path in judged.bundle.path.rglob("*.json*"):
        assert b"not-for-the-record" not in path.read_bytes()
    assert judged.judgement.scorecard.exit_code in (1, 3)


@pytest.mark.parametrize("body", [wsdl(LAUGHS, "&lol12;"), metadata(LAUGHS, "&lol12;"), document(LAUGHS, "<r>&lol12;</r>")])
async def test_a_billion_laughs_are_not_laughed(run: Running, little: Little, body: bytes) -> None:
    little.faults["/openapi.json"] = sends(reply(200, body, DATE, XML))
    judged = await run(little.base)
    answer = next(row["answer"] for row in judged.bundle.inventory.tried if row["url"] == f"{little.base}openapi.json")
    assert answer == "markup that is neither HTML nor well-formed XML"
    assert len((judged.bundle.path / "record" / "inventory.json").read_bytes()) < 100_000
    assert not any("lollol" in i.url for i in judged.bundle.inventory.interfaces)
    errors = {f.code for f in judged.findings if f.outcome is Outcome.ERROR}
    assert not errors & {"check_crashed", "probe_crashed"}
