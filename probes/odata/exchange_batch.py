"""OData: are several reads answered at once as they are alone? At most seven requests per service, five of them batches.

A batch is sent by POST; these hold nothing but GET, so that they only read, which the plan states. They are sent only where
the service shows or says that it takes batches: one that does not may take the POST for anything else.
"""

import hashlib
from typing import Any
from urllib.parse import urlsplit

from cpo_probe.sdk import Blocker, Context, CsdlModel, Exchange, odata, probe

from .address_claims import CAPABILITIES, claim, says
from .exchange_shared import JSON, Spoken, best, member
from .levels import LEVELS, claimed
from .metadata import Odata
from .window import Window, identity

MULTIPART = odata.batch.MULTIPART
GET, MANY, BROKEN, GO_ON, MANY_JSON, BROKEN_JSON, ALONE = (
    f"odata.exchange.batch-{name}" for name in ("get", "multipart", "error", "continue", "json", "json-error", "alone")
)
KNOWS = (400, 401, 403, 405, 406, 415, 501)
"""How a service answers GET of $batch that knows the place, but wants POST there."""
Read = odata.batch.Read


@probe(
    needs="odata",
    id="odata.batch",
    purposes=(GET, MANY, BROKEN, GO_ON, MANY_JSON, BROKEN_JSON, ALONE),
    after="odata.window",
    posts="$batch",
    cost=7,
    serial=True,
)
async def batch(ctx: Context) -> None:
    """Several reads at once, as multipart and as JSON; some with one that has to fail in the middle; one of them alone."""
    model = ctx.fact(Odata).model
    windows = best(ctx, 2)
    if not windows or model is None:
        return
    window, reads = _reads(ctx, model, windows)
    if not reads:
        ctx.blocked(Blocker.NO_ARGUMENTS, "no set has two entities whose key can be written")
        return
    place = await ctx.get(f"{ctx.interface.url}/$batch", purpose=GET, why="does the service know batches?", accept="*/*")
    if place.status not in KNOWS and not _promised(ctx, model):
        said = f"GET of $batch is answered with {place.status}, as if it were not there, and the metadata states no batches"
        ctx.blocked(Blocker.NOT_COVERED, f"{said}: state batch = true in the options of the interface to have them sent anyway")
        return
    word = hashlib.sha256(str(ctx.plan.seed).encode()).hexdigest()[:8]
    wrong = Read("r9", f"CpoProbe{word}", reads[1].headers)
    send, prefer = _Sender(ctx, window), ("Prefer", "odata.continue-on-error")
    if (await send.multipart(MANY, reads, "five reads at once", prefer)).status == 200:
        await send.multipart(BROKEN, (reads[0], wrong, reads[1]), "one of three reads is of something that does not exist")
        await send.multipart(GO_ON, (reads[0], wrong, reads[1]), "the same, to be gone on with", prefer)
    if (await send.json(MANY_JSON, reads[:4], "four reads at once, as JSON")).status == 200:
        await send.json(BROKEN_JSON, (reads[0], wrong, reads[1]), "as JSON, one of three reads is of what does not exist")
    await ctx.get(reads[4].url, purpose=ALONE, why="one of these reads alone", accept=JSON, note={"set": window.set})


def _promised(ctx: Context, model: CsdlModel) -> bool:
    """Whether the metadata states batches, or a level that has them, or the profile does."""
    support = claim(model, f"{CAPABILITIES}.BatchSupport")
    stated = says(member(support, "Supported")) or says(claim(model, f"{CAPABILITIES}.BatchSupported"))
    return bool(stated) or claimed(model) == LEVELS["Advanced"] or ctx.interface.options.get("batch") is True


def _reads(ctx: Context, model: CsdlModel, windows: tuple[Window, ...]) -> tuple[Window, tuple[Read, ...]]:
    """The first rows of a set and two of its entities; these again by an absolute path, and absolute (Part 1, 11.7.7.1)."""
    root, accept = ctx.interface.url, (("Accept", JSON),)
    for window in windows:
        try:
            first, second = (f"{window.set}{odata.key_predicate(model, window.type, row)}" for row in window.rows[:2])
            return window, (
                Read("r1", f"{window.set}?$top=2", accept),
                Read("r2", first.replace(":", "%3A"), accept),
                Read("r3", second.replace(":", "%3A"), accept),
                Read("r4", f"{urlsplit(root).path}/{first}", accept),
                Read("r5", f"{root}/{second}", accept),
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
        return {"id": read.id, "form": form, "key": self._rows[0 if read.id in ("r2", "r4") else 1]}
