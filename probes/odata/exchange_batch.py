"""OData: are several reads answered at once as they are alone? At most six requests per service, five of them to $batch.

A batch is sent by POST; these hold nothing but GET, so that they only read, which the plan states.
"""

import hashlib
from typing import Any
from urllib.parse import urlsplit

from cpo_probe.sdk import Context, CsdlModel, Exchange, odata, probe

from .exchange_shared import JSON, Spoken, best
from .metadata import Odata
from .window import Window, identity

MULTIPART = odata.batch.MULTIPART
MANY, BROKEN, GO_ON, MANY_JSON, BROKEN_JSON, ALONE = (
    f"odata.exchange.batch-{name}" for name in ("multipart", "error", "continue", "json", "json-error", "alone")
)
Read = odata.batch.Read


@probe(
    needs="odata",
    id="odata.batch",
    purposes=(MANY, BROKEN, GO_ON, MANY_JSON, BROKEN_JSON, ALONE),
    after="odata.window",
    posts="$batch",
    cost=6,
)
async def batch(ctx: Context) -> None:
    """Three reads at once, as multipart and as JSON; the same with one that has to fail in the middle; one of them alone."""
    model = ctx.fact(Odata).model
    windows = best(ctx, 2)
    if not windows or model is None:
        return
    window, reads = _reads(ctx, model, windows)
    if not reads:
        return
    word = hashlib.sha256(str(ctx.plan.seed).encode()).hexdigest()[:8]
    wrong = Read("r9", f"CpoProbe{word}", reads[1].headers)
    send = _Sender(ctx, window)
    if (await send.multipart(MANY, reads, "three reads at once")).status == 200:
        await send.multipart(BROKEN, (reads[0], wrong, reads[1]), "one of three reads is of something that does not exist")
        prefer = ("Prefer", "odata.continue-on-error")
        await send.multipart(GO_ON, (reads[0], wrong, reads[1]), "the same, to be gone on with", prefer)
    local = tuple(Read(one.id, urlsplit(one.url)._replace(scheme="", netloc="").geturl(), one.headers) for one in reads)
    if (await send.json(MANY_JSON, local, "three reads at once, as JSON")).status == 200:
        await send.json(BROKEN_JSON, (local[0], wrong, local[1]), "as JSON, one of three reads is of what does not exist")
    url = f"{ctx.interface.url}/{reads[2].url.removeprefix(ctx.interface.url + '/')}"
    await ctx.get(url, purpose=ALONE, why="one of these reads alone", accept=JSON, note={"set": window.set})


def _reads(ctx: Context, model: CsdlModel, windows: tuple[Window, ...]) -> tuple[Window, tuple[Read, ...]]:
    """The first rows of a set, and two of its entities, in the three forms of a URL (Part 1, 11.7.7.1)."""
    root, accept = ctx.interface.url, (("Accept", JSON),)
    for window in windows:
        try:
            keys = [odata.key_predicate(model, window.type, row) for row in window.rows[:2]]
            return window, (
                Read("r1", f"{window.set}?$top=2", accept),
                Read("r2", f"{urlsplit(root).path}/{window.set}{keys[0]}", accept),
                Read("r3", f"{root}/{window.set}{keys[1]}", accept),
            )
        except (odata.NoKey, ValueError):
            continue
    return windows[0], ()


class _Sender:
    """Sends batches about one set; the note says what each request is to be answered with."""

    def __init__(self, ctx: Context, window: Window) -> None:
        self._ctx = ctx
        self._note = {"set": window.set, "key": list(window.key)}
        self._rows = [identity(row, window.key) for row in window.rows[:2]]
        self._version = ("OData-Version", "4.01" if ctx.fact(Spoken).newer else "4.0")

    async def multipart(self, purpose: str, reads: tuple[Read, ...], why: str, *extra: tuple[str, str]) -> Exchange:
        boundary = f"batch_{hashlib.sha256(purpose.encode()).hexdigest()[:16]}"
        body = odata.batch.write_multipart(reads, boundary, urlsplit(self._ctx.interface.url).netloc)
        fields = (("Content-Type", f"{MULTIPART};boundary={boundary}"), ("OData-Version", "4.0"), *extra)
        return await self._post(purpose, why, MULTIPART, fields, body, reads)

    async def json(self, purpose: str, reads: tuple[Read, ...], why: str) -> Exchange:
        fields = (("Content-Type", JSON), self._version)
        return await self._post(purpose, why, JSON, fields, odata.batch.write_json(reads), reads)

    async def _post(
        self, purpose: str, why: str, accept: str, fields: tuple[tuple[str, str], ...], body: bytes, reads: tuple[Read, ...]
    ) -> Exchange:
        note = {**self._note, "asked": [self._asked(one) for one in reads]}
        url = f"{self._ctx.interface.url}/$batch"
        sent: dict[str, Any] = {"headers": fields, "body": body, "accept": accept, "note": note, "redirects": False}
        return await self._ctx.send("POST", url, purpose=purpose, why=why, **sent)

    def _asked(self, read: Read) -> dict[str, str]:
        """Id, form of the URL, and the key of the entity that is to come; "" for the list and for what does not exist."""
        form = "absolute" if "://" in read.url else "path" if read.url.startswith("/") else "relative"
        if read.url.partition("?")[0] == self._note["set"]:
            return {"id": read.id, "form": form, "key": ""}
        if "(" not in read.url:
            return {"id": read.id, "form": "missing", "key": ""}
        return {"id": read.id, "form": form, "key": self._rows[0 if read.id == "r2" else 1]}
