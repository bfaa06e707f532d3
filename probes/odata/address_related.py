"""OData: do the paths from an entity to its related entities, and to references, lead there? At most 24 requests per service.

Of the sets that lists show two navigation properties to one entity and two to many: the related entities (20 at most), the entity
with them expanded as a yardstick, the references, and where the first reference leads.
"""

from collections.abc import Iterator

from cpo_probe.sdk import (
    Context,
    CsdlModel,
    Exchange,
    Outcome,
    probe,
)

from .address import Addressed, NavigationProperty, Shown, ambiguous, places
from .address_claims import CORE, claim, says
from .address_relations import (
    AGAIN,
    EACH,
    EXPANDED,
    NAVIGATION,
    REF,
    ROWS,
    TARGET,
    links_of,
    mirrored,
    partial,
    rows_of,
    verdict,
)
from .address_same import JSON, base_of, same_place
from .metadata import Odata, unread
from .window import Row, joined

TRIES = 2
"""Entities of which the first with related entities is taken."""


@probe(
    id="odata.address.related",
    needs="odata",
    purposes=(NAVIGATION, EXPANDED, REF, TARGET, AGAIN),
    after="odata.address",
    cost=2 * EACH * (TRIES + 4),
)
async def related(ctx: Context) -> None:
    """Related entities by navigation, by $expand and by reference."""
    known = ctx.fact(Addressed)
    model = known.model
    if model is None:
        unread(ctx, ctx.fact(Odata), "no metadata of OData 4")
        return
    for many in (False, True):
        for shown, nav in _chosen(model, known.shown, many):
            await _navigation(ctx, model, shown, nav)


def _chosen(model: CsdlModel, shown: tuple[Shown, ...], many: bool) -> list[tuple[Shown, NavigationProperty]]:
    """Navigation properties of different sets first; with a referential constraint before those without."""
    queues = []
    for part in shown:
        navs = [m for m in model.members(part.type).values() if isinstance(m, NavigationProperty) and m.type.collection is many]
        queues.append([(part, nav) for nav in sorted(navs, key=lambda nav: not (nav.constraints or nav.partner))])
    turns = [queue[turn] for turn in range(EACH) for queue in queues if turn < len(queue)]
    return turns[:EACH]


async def _navigation(ctx: Context, model: CsdlModel, shown: Shown, nav: NavigationProperty) -> None:
    root, many = ctx.interface.url, nav.type.collection
    top = f"?$top={ROWS}" if many else ""
    if many and "$top" not in shown.url:
        return  # without $top nobody knows how much would come
    recorded: list[Exchange] = []
    found: list[Row] | None = None
    for one in sorted(places(model, shown, root), key=ambiguous)[:TRIES]:
        told = one.note(*(c.dependent for c in nav.constraints), *_principals(model, nav), navigation=nav.name, root=root)

        async def get(path: str, purpose: str, why: str, told: Row = told) -> Exchange:
            return await ctx.get(f"{root}/{path}", purpose=purpose, why=why, accept=JSON, note=told)

        answer = await get(f"{one.path}/{nav.name}{top}", NAVIGATION, f"{nav.name} of an entity of {one.set}")
        found = rows_of(answer, nav)
        if answer.status not in (200, 204):
            return
        recorded.append(answer)
        if found:
            break
    if not recorded:
        return
    recorded = recorded[-1:]
    if not many or (found is not None and len(found) < ROWS and not partial(recorded[0])):
        recorded.append(await get(f"{one.path}?$expand={nav.name}", EXPANDED, f"the same by $expand={nav.name}"))
    if found:
        reference = await get(f"{one.path}/{nav.name}/$ref{top}", REF, f"references to {nav.name}")
        recorded.append(reference)
        link = next(links_of(reference, nav), "")
        address = same_place(root, joined(base_of(reference), link)) if link else ""
        if address:
            why = "where the first reference leads"
            told = {**told, "claimed": says(claim(model, f"{CORE}.DereferenceableIDs"))}
            recorded.append(await ctx.get(address, purpose=TARGET, why=why, accept=JSON, note=told))
    said = [verdict(model, one, recorded) for one in recorded if one.purpose != EXPANDED]
    if any(result.outcome is Outcome.FAIL for result in said):
        await get(f"{one.path}/{nav.name}{top}", AGAIN, "are the related entities still the same?")


def _principals(model: CsdlModel, nav: NavigationProperty) -> Iterator[str]:
    """Own properties that the related entities repeat, as the constraint of the partner says."""
    yield from (principal for _, principal in mirrored(model, nav))
