"""What was found, what was tried, and what became of the work?"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from cpo_probe.model import Artifact, Exchange, Inventory, Outcome, Unit, UnitState
from cpo_probe.report.collect import Collected, by_place
from cpo_probe.report.data import Bounds, FileView, InterfaceView, Link, OperationView, ReasonGroup, Tried, UnitView
from cpo_probe.report.scores import Anchor
from cpo_probe.report.traffic import safe

MAX_TRIED = 200
MAX_FILES = 200
UNDONE = (UnitState.PARTIAL, UnitState.REFUSED, UnitState.CRASHED)


def tried(inventory: Inventory, load: Callable[[str], Exchange | None]) -> tuple[Tried, ...]:
    """The steps of discovery with the status each one was answered with."""
    steps = []
    for row in inventory.tried[:MAX_TRIED]:
        url, why, answer, id = (str(row.get(name) or "") for name in ("url", "why", "answer", "exchange"))
        exchange = load(id) if id else None
        steps.append(Tried(safe(url), safe(why), safe(answer), id, exchange.status if exchange else 0))
    return tuple(steps)


def interfaces(inventory: Inventory) -> tuple[InterfaceView, ...]:
    return tuple(
        InterfaceView(
            id=safe(i.id, 160),
            kind=i.kind,
            url=safe(i.url),
            title=safe(i.title, 160),
            version=safe(i.version, 60),
            anonymous=i.anonymous,
            found=safe(i.found),
            operations=sum(o.interface == i.id for o in inventory.operations),
            description=i.description,
        )
        for i in inventory.interfaces
    )


def files(artifacts: Sequence[Artifact]) -> tuple[FileView, ...]:
    """Files that exports brought, and the members of packages."""
    names = {one.id: safe(one.name, 160) for one in artifacts}
    return tuple(
        FileView(
            id=one.id,
            name=names[one.id],
            package=names.get(one.parent, ""),
            media_type=safe(one.media_type, 120),
            size=one.size,
            digest=one.digest,
            exchange=one.exchanges[-1] if one.exchanges else "",
        )
        for one in artifacts[:MAX_FILES]
    )


def operations(inventory: Inventory, found: Collected, anchor: Anchor, bounds: Bounds) -> list[OperationView]:
    """Operations with the most failures first, then in the order of the inventory."""
    counts = by_place(found.subjects)
    views = []
    for operation in inventory.operations:
        place = (operation.interface, operation.id)
        failing = found.failing.get(place, [])
        links = tuple(Link(check, "fail", anchor(fingerprint, check)) for check, fingerprint in failing[: bounds.names])
        views.append(
            OperationView(
                id=safe(operation.id, 200),
                interface=safe(operation.interface, 160),
                name=safe(operation.name, 120),
                effect=operation.effect,
                deprecated=operation.deprecated,
                counts=counts.get(place, {}),
                failing=links,
                failing_left_out=max(0, len(failing) - bounds.names),
            )
        )
    return sorted(views, key=lambda v: -v.counts.get(Outcome.FAIL, 0))


def units(done: Iterable[Unit], bounds: Bounds) -> tuple[UnitView, ...]:
    """Work that was not done as planned, equal fates together."""
    table: dict[tuple[str, str, str], list[Unit]] = {}
    for unit in done:
        if unit.state in UNDONE:
            key = (unit.state.value, unit.probe, unit.blocker.value if unit.blocker else "")
            table.setdefault(key, []).append(unit)
    return tuple(
        UnitView(
            probe=probe,
            state=state,
            blocker=blocker,
            count=len(found),
            places=tuple(safe(u.operation or u.interface, 120) for u in found[: bounds.names]),
            detail=safe(found[0].detail, 1500),
        )
        for (state, probe, blocker), found in sorted(table.items())
    )


def reasons(
    found: Collected, outcome: Outcome, say: Callable[[str, dict[str, Any]], str], bounds: Bounds
) -> tuple[ReasonGroup, ...]:
    """Subjects of that outcome by reason, the most frequent first; `say` makes the sentence."""
    groups = []
    for (said, code), reason in found.reasons.items():
        if said is not outcome:
            continue
        names = sorted(reason.checks.items(), key=lambda item: (-len(item[1]), item[0]))
        listed = tuple(
            (check, len(places), tuple(safe(p, 120) for p in dict.fromkeys(filter(None, places[: bounds.names]))))
            for check, places in names[: bounds.per_reason]
        )
        left_out = max(0, len(names) - bounds.per_reason)
        groups.append(ReasonGroup(code, safe(say(code, reason.params)), reason.subjects, listed, left_out))
    return tuple(sorted(groups, key=lambda g: (-g.subjects, g.code)))
