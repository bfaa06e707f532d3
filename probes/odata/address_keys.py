"""OData: can each entity that a list shows be read by its key, however the key is written? At most 24 requests per service.

Of at most six sets the first entity, by the canonical URL; of one set with a key of one part the same with the key's name; the
entity whose key needs most care (quotes, spaces, signs, letters beyond ASCII, empty parts); one key percent-encoded further than
it needs; and where the service speaks 4.01 a key by a parameter alias, and as segments.
"""

from collections.abc import Iterator

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Result,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
)

from .address import SAMPLE, Addressed, Place, Shown, ambiguous, place, places, read_samples
from .address_claims import CAPABILITIES, claim, says
from .address_same import AGAIN, BODY, JSON, STATUS, Doubts, asked_type, refusal, settled, the_entity
from .metadata import Odata, unread
from .window import body

KEY, COMPOUND, NAMED, ENCODED, ALIAS, SEGMENT = (
    f"odata.address.{name}" for name in ("key", "compound-key", "named-key", "key-encoding", "key-alias", "key-as-segment")
)
MOST = 6
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")


@probe(
    id="odata.address",
    needs="odata",
    purposes=(SAMPLE, KEY, COMPOUND, NAMED, ENCODED, ALIAS, SEGMENT, AGAIN),
    after="odata.window",
    cost=24,
)
async def address(ctx: Context) -> None:
    """Entities by their keys: canonical, with names, encoded further than needed, as segments."""
    known = ctx.fact(Addressed)
    model = known.model
    if model is None:
        unread(ctx, ctx.fact(Odata), "no metadata of OData 4")
        return
    shown = await read_samples(ctx, known)
    chosen = [one for part in shown if (one := place(model, part, ctx.interface.url)) is not None][:MOST]
    if not chosen:
        ctx.blocked(Blocker.NO_ARGUMENTS, "no list shows an entity that could be asked for by its key")
        return
    doubts = Doubts()

    async def get(one: Place, path: str, purpose: str, why: str, **note: object) -> bool:
        told = one.note(form=purpose.rpartition(".")[2], link=one.link, **note)
        answer = await ctx.get(f"{ctx.interface.url}/{path}", purpose=purpose, why=why, accept=JSON, note=told)
        result = _verdict(model, answer)
        doubts.hear(one.set, one.source, result)
        return answer.status == 200

    works: list[Place] = []
    for one in chosen:
        if await get(one, one.path, COMPOUND if _compound(model, one) else KEY, f"an entity of {one.set} by its key"):
            works.append(one)
    for one in [one for one in works if not _compound(model, one)][:1]:
        named = one.set + odata.key_predicate(model, one.declared, one.row, named=True)
        await get(one, named, NAMED, f"an entity of {one.set} by its key with the name")
    for one in sorted(works, key=lambda one: "'" not in one.path)[:1]:
        await get(one, _encoded(one.path), ENCODED, "the same URL, percent-encoded further than it needs", spelling="encoded")
    for one in _careful(model, shown, {one.set for one in works}, ctx.interface.url)[:2]:
        await get(one, one.path, ENCODED, "a key that has to be encoded", spelling="needed")
    if known.newer:
        for one, name in _texts(model, shown, {one.set for one in works}, ctx.interface.url)[:1]:
            needed = ambiguous(one)
            await get(one, _aliased(model, one, name), ALIAS, "a part of the key by a parameter alias", claimed=needed)
    stated = says(claim(model, f"{CAPABILITIES}.KeyAsSegmentSupported"))
    if stated or (known.newer and stated is None):
        for one in _first_of_each(model, works):
            await get(one, one.set + odata.key_segments(model, one.declared, one.row), SEGMENT, "key as segment", claimed=stated)
    await doubts.settle(ctx)


def _compound(model: CsdlModel, one: Place) -> bool:
    return len(model.key(one.declared)) > 1


def _first_of_each(model: CsdlModel, works: list[Place]) -> Iterator[Place]:
    """One entity with a key of one part, and one with several."""
    for compound in (False, True):
        for one in works:
            if _compound(model, one) is compound and _segments(model, one):
                yield one
                break


def _segments(model: CsdlModel, one: Place) -> bool:
    try:
        return bool(odata.key_segments(model, one.declared, one.row))
    except odata.NoKey:
        return False


def _encoded(path: str) -> str:
    """The same URL (RFC 3986, 6.2.2.2; OData 4.01 Part 2, 2.1): parentheses, quotes and the first sign of the key encoded."""
    name, _, predicate = path.partition("(")
    out, first = "%28", True
    for sign in predicate:
        if sign in "()'" or (first and sign.isalnum() and sign.isascii()):
            out += f"%{ord(sign):02X}"
            first = first and sign in "()'"
        else:
            out += sign
            first = first and sign != "%"
    return name + out


def _careful(model: CsdlModel, shown: tuple[Shown, ...], sets: set[str], root: str) -> list[Place]:
    """Entities whose keys need most care, of different sets, the first one first."""
    found = []
    for part in shown:
        rated = [(_care(one), one) for one in places(model, part, root) if part.set in sets]
        found += [max(rated, key=lambda pair: pair[0])] if rated else []
    return [one for care, one in sorted(found, key=lambda pair: -pair[0]) if care]


def _care(one: Place) -> int:
    """How many different signs of the key are not plain; an empty text counts as one."""
    texts = [value for name in one.key if isinstance(value := one.row.get(name), str)]
    return 0 if ambiguous(one) else len(set("".join(texts)) - PLAIN) + sum(not text for text in texts)


def _texts(model: CsdlModel, shown: tuple[Shown, ...], sets: set[str], root: str) -> list[tuple[Place, str]]:
    """Entities with a text in their key and the name of that part, those that need an alias first."""
    found = []
    for part in shown:
        name = next((n for n, prop in model.key(part.type) if prop and model.underlying(prop.type.name) == "Edm.String"), "")
        rows = sorted(places(model, part, root), key=lambda one: not ambiguous(one)) if name and part.set in sets else []
        found += [(one, name) for one in rows[:1] if isinstance(one.row.get(name), str)]
    return sorted(found, key=lambda pair: not ambiguous(pair[0]))


def _aliased(model: CsdlModel, one: Place, name: str) -> str:
    """The key with its names, one part of it as the parameter alias @k."""
    literal = odata.encode("'" + str(one.row[name]).replace("'", "''") + "'")
    named = odata.key_predicate(model, one.declared, one.row, named=True)
    return f"{one.set}{named.replace(f'{name}={literal}', f'{name}=@k')}?@k={literal}"


def _verdict(model: CsdlModel, exchange: Exchange) -> Result:
    form, location = exchange.note.get("form"), str(exchange.note.get("set", ""))
    if exchange.note.get("link") and exchange.status in (400, 404, 405, 410):
        return not_applicable("address_own", location=location)
    needed = form == "key-encoding" and exchange.status in (400, 404, 405, 410)
    listed = form in ("key", "compound-key") and exchange.status in (404, 410)
    if needed or listed:
        return failed("listed_but_unknown", expected=200, found=exchange.status, where=STATUS, location=location)
    refused = refusal(exchange, location)
    if refused is not None and exchange.note.get("claimed") and exchange.status in (400, 404, 405, 410, 501):
        return failed("address_claimed_but_refused", expected=200, found=exchange.status, where=STATUS, location=location)
    return refused or the_entity(model, exchange, location)


def _judged(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    if known.model is None or asked_type(known.model, exchange) is None:
        return not_applicable("no_metadata")
    return settled(known.model, _verdict(known.model, exchange), exchange, evidence)


@check(
    "odata.address.key",
    of=(KEY, NAMED),
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.2; OData 4.01 Part 2, 4.3.1",
    severity="major",
)
def key(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """An entity that a list shows can be read by its key.

    The answer to <set>(<key>) is that one entity, as an object. Sets whose entities may not be read by key, and entities for
    which the list states other addresses, are not judged. The key with its name, <set>(<name>=<key>), may be refused.
    Remedy: answer <set>(<key>) for every entity that the set lists.
    """
    return _judged(exchange, evidence, known)


@check(
    "odata.address.compound-key",
    of=COMPOUND,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.2; OData 4.01 Part 2, 4.3.1",
    severity="major",
)
def compound_key(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """An entity with a key of several parts can be read by its key.

    All parts with their names, in the order of the metadata, each as a literal of its type. The answer is that one entity.
    Remedy: look for the entity that has all the parts, not the first or the last of them.
    """
    return _judged(exchange, evidence, known)


@check(
    "odata.address.key-encoding",
    of=ENCODED,
    needs="odata",
    clause="OData 4.01 Part 2, 2.1; 2.2; RFC 3986, 6.2.2.2",
    severity="major",
)
def key_encoding(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """Keys are read after the URL was split and decoded once.

    Quotes inside of a text are doubled, everything that is not allowed in a path is percent-encoded, and what is encoded without
    need means the same. Keys with / or \\ are left out, since servers in front of the service often refuse them.
    Remedy: split the path, decode each segment exactly once, then read the literals.
    """
    return _judged(exchange, evidence, known)


@check(
    "odata.address.key-alias",
    of=ALIAS,
    needs="odata",
    clause="OData 4.01 Part 1, 13.2.1, item 9; OData 4.01 Part 2, 5.3",
    severity="minor",
)
def key_alias(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """A part of a key can be given by a parameter alias.

    <set>(<name>=@k)?@k=<value>, asked of services that answer with OData-Version 4.01. Where a key holds / or \\ it is a
    requirement: the path cannot carry them everywhere.
    Remedy: replace aliases by their values in key predicates, too.
    """
    return _judged(exchange, evidence, known)


@check(
    "odata.address.key-as-segment",
    of=SEGMENT,
    needs="odata",
    clause="OData 4.01 Part 2, 4.3.6; Org.OData.Capabilities.V1.KeyAsSegmentSupported",
    severity="minor",
)
def key_as_segment(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """Keys as segments of the path lead to the same entity.

    <set>/<key> is an option of OData 4.01; who states KeyAsSegmentSupported has to answer it.
    Remedy: take a segment behind a collection for a key when it is no name of the model and does not begin with "$".
    """
    return _judged(exchange, evidence, known)


@check(
    "odata.address.case",
    of=(KEY, COMPOUND),
    needs="odata",
    clause="OData 4.01 Part 1, 13.2.1; OData JSON 4.01, 7",
    severity="major",
)
def case(exchange: Exchange, known: Addressed) -> Result:
    """Names in an answer are written as in the metadata.

    Names of properties differ by case: a client that looks for `PartNumber` does not find `partNumber`.
    Remedy: write the names from the model, and leave out the naming policy of the serializer.
    """
    model, value = known.model, body(exchange)
    type = asked_type(model, exchange) if model else None
    if model is None or type is None or value is None:
        return not_applicable("other_answer", status=exchange.status)
    location = str(exchange.note.get("set", ""))
    if any(model.is_open(one) for one in (type, *model.derived(type.qualified))):
        return not_applicable("address_open", location=location)
    known_names = {name for one in (type, *model.derived(type.qualified)) for name in model.members(one)}
    folded = {name.casefold(): name for name in known_names}
    names = [name for name in value if "@" not in name and not name.startswith("#")]
    wrong = {n: folded[n.casefold()] for n in names if n not in known_names and n.casefold() in folded}
    if wrong:
        expected, found = sorted(wrong.values()), sorted(wrong)
        return failed("address_other_case", expected=expected, found=found, where=BODY, location=location)
    return passed(location=location) if known_names.intersection(names) else not_applicable("too_few", location=location)
