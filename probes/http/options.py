"""HTTP: does OPTIONS tell what can be done? At most four requests per interface."""

from cpo_probe.sdk import Context, Effect, Exchange, Result, Where, check, failed, not_applicable, passed, probe, semantics

from ..rest.asking import address

MOST = 3


@probe(needs="openapi", purposes="http.options", after="rest.read", cost=MOST + 1)
async def options(ctx: Context) -> None:
    """Ask OPTIONS of the interface's root and of up to three resources that can be read."""
    await ctx.send("OPTIONS", ctx.interface.url, purpose="http.options", why="what the interface allows")
    readable = [o for o in ctx.operations if o.method == "GET" and o.effect is Effect.READ]
    fed = [(o, sets[0]) for o in readable if (sets := ctx.harvest.arguments(o, most=1))]
    for operation, arguments in fed[:MOST]:
        url = address(ctx, operation, arguments).partition("?")[0]
        why = f"what the resource of {operation.id} allows"
        await ctx.send("OPTIONS", url, purpose="http.options", why=why, operation=operation, note={"documented": "GET"})


@check("http.options", of="http.options", needs="openapi", clause="RFC 9110, 9.3.7; 10.2.1", severity="minor")
def options_allow(exchange: Exchange) -> Result:
    """OPTIONS, where it is supported, works and names the methods that are allowed.

    A success SHOULD carry Allow, and what the contract documents for reading cannot be missing in it. Servers need not
    support OPTIONS; a refusal is not judged, nor is a resource that does not exist. A failure of the server is no refusal.
    Remedy: answer OPTIONS with 204 and Allow; let the framework fill it from its routes.
    """
    if exchange.status >= 500 and exchange.status != 501 and exchange.header("retry-after") is None:
        return failed("server_error", expected="2xx, 405 or 501", found=exchange.status, where=Where("response.status"))
    if not 200 <= exchange.status < 300:
        return not_applicable("not_supported", status=exchange.status)
    text = exchange.header("allow")
    where = Where("response.header", "allow")
    if text is None:
        return failed("missing_allow", expected="Allow", where=where)
    methods = semantics.token_list(text)
    documented = exchange.note.get("documented")
    if methods is not None and documented and documented not in methods:
        return failed("documented_not_allowed", expected=documented, found=text, where=where)
    return passed()
