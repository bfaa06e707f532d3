"""What will be done, agreed before the first request?"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import cpo_probe
from cpo_probe.errors import UsageError
from cpo_probe.model import FORMAT, Catalogue, Inventory, Limits, Operation, Permissions, Plan, Preset, ReadingPost, Target
from cpo_probe.model.pattern import matches, means_any
from cpo_probe.protocols.feeding import levels
from cpo_probe.registry import ProbeDef, Registry

READ_ONLY = Permissions(job=False, write=False, intrusive=False, assume_read_names=False, foreign_credentials=False)


def preset_of(catalogue: Catalogue, name: str) -> Preset:
    """The preset of that name; the others are named when there is none."""
    for preset in catalogue.presets:
        if preset.name == name:
            return preset
    known = ", ".join(p.name for p in catalogue.presets)
    raise UsageError(f"--preset expects one of {known}; found {name!r}")


def make_plan(
    target: Target,
    registry: Registry,
    catalogue: Catalogue,
    *,
    preset: str,
    run: str,
    created: str,
    permissions: Permissions = READ_ONLY,
    probes: Sequence[str] = (),
    operations: Sequence[str] = (),
    seed: int = 1,
    operator: str = "",
) -> Plan:
    """The plan of one run. `probes` and `operations` (patterns) narrow what the preset selects."""
    _formats_known(target, registry)
    chosen = preset_of(catalogue, preset)
    criteria = tuple(c.id for c in catalogue.criteria if preset in c.scopes and matches(c.id, chosen.criteria))
    names = [p for p in registry.probes if matches(p, chosen.probes)]
    if probes:
        for pattern in probes:
            if not means_any(pattern, registry.probes.keys()):
                raise UsageError(f"--probe {pattern!r} matches no probe; there are: {', '.join(sorted(registry.probes))}")
            if not means_any(pattern, names):
                raise UsageError(
                    f"--probe {pattern!r} matches only probes outside of the preset {preset}: take a wider one, --preset nightly "
                    "or audit; cpo-probe list presets shows what each selects"
                )
        names = [p for p in names if matches(p, tuple(probes))]
    ordered = in_order(registry, names)
    return Plan(
        FORMAT,
        run,
        created,
        cpo_probe.__version__,
        dataclasses.replace(target, limits=_limits(target.limits, chosen.limits)),
        preset,
        criteria,
        tuple(p.id for p in ordered),
        permissions,
        seed,
        catalogue.id,
        dict(sorted(registry.files.items())),
        operator,
        tuple(operations),
        tuple(ReadingPost(p.id, path) for p in ordered for path in p.posts),
        registry.schemas.files,
    )


def _limits(limits: Limits, changes: dict[str, Any]) -> Limits:
    """The preset's limits where the profile left the default."""
    default = Limits()
    wanted = {k: v for k, v in changes.items() if getattr(limits, k) == getattr(default, k)}
    return dataclasses.replace(limits, **wanted)


def in_order(registry: Registry, names: Sequence[str]) -> tuple[ProbeDef, ...]:
    """Probes so that each comes after those it names in `after`; otherwise by id."""
    done: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise UsageError(f"probes wait for each other: {' -> '.join((*path, name))}; correct `after=`")
        if name in done:
            return
        for earlier in sorted(registry.probes[name].after):
            visit(earlier, (*path, name))
        done.append(name)

    for name in sorted(names):
        visit(name, ())
    return tuple(registry.probes[n] for n in done if n in set(names))


def stages(probes: Sequence[ProbeDef]) -> list[tuple[ProbeDef, ...]]:
    """Probes that may run side by side, stage after stage; each comes after all it names in `after`, a serial one stands alone.

    `probes`: as `in_order` gives them.
    """
    level: dict[str, int] = {}
    for probe in probes:
        level[probe.id] = max((level[earlier] + 1 for earlier in probe.after if earlier in level), default=0)
    found: list[tuple[ProbeDef, ...]] = []
    for n in sorted(set(level.values())):
        here = [probe for probe in probes if level[probe.id] == n]
        together = tuple(probe for probe in here if not probe.serial)
        found += [together] if together else []
        found += [(probe,) for probe in here if probe.serial]
    return found


@dataclass(frozen=True, slots=True)
class Work:
    """One unit: a probe on an interface or on one of its operations."""

    probe: ProbeDef
    interface: str
    operation: Operation | None

    @property
    def id(self) -> str:
        return "|".join((self.probe.id, self.interface, self.operation.id if self.operation else ""))


def waves(probe: ProbeDef, plan: Plan, inventory: Inventory) -> list[list[Work]]:
    """A probe's units; what answers feed comes after what feeds it: lists before item reads."""
    interfaces = [i for i in inventory.interfaces if probe.needs in ("", i.kind)]
    if not probe.per_operation:
        if not probe.needs:
            return [[Work(probe, inventory.interfaces[0].id, None)]] if inventory.interfaces else []
        return [[Work(probe, i.id, None) for i in interfaces]] if interfaces else []
    stages: dict[int, list[Work]] = {}
    for interface in interfaces:
        operations = [o for o in inventory.operations if o.interface == interface.id]
        level = levels(operations)
        for operation in operations:
            if plan.covers(operation):
                stages.setdefault(level[operation.id], []).append(Work(probe, interface.id, operation))
    return [sorted(stages[n], key=lambda w: w.id) for n in sorted(stages)]


def _formats_known(target: Target, registry: Registry) -> None:
    """A format that nobody describes could never be found wrong."""
    known = [format.id for format in registry.formats.known]
    for export in target.exports:
        if export.format and export.format not in known:
            near = get_close_matches(export.format, known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known) or 'none'}"
            raise UsageError(f"the export {export.name} is declared to be {export.format!r}, which no content describes: {hint}")
