"""A geometry kernel's reading of STEP files: what must the checks say?"""

import dataclasses
from typing import Any

from cpo_probe.kernel import Ending, Measurement
from cpo_probe.model import Blocker, Outcome
from tests.kernel.assembly import BOLT, Read, content, written
from tests.probes.make import Case, fails, file, na, passes, untested

GOOD = content()


def read(*changes: tuple[str, str], by: Read | None = None, **measured: Any) -> dict[str, Any]:
    data = content(*changes)
    return file("pump.stp", data, measured=written((by or Read()).of(data, **measured)))


def ended(ending: Ending, data: bytes = GOOD) -> dict[str, Any]:
    return file("pump.stp", data, measured=written(Measurement(ending)))


def review(code: str, kind: str = "fail", **given: Any) -> Case:
    return Case(kind, given, Outcome.REVIEW, code)


NOTHING = [
    na("not-this-format", **file("a.csv", "a,b\r\n")),
    untested(Blocker.NO_KERNEL, **file("pump.stp", GOOD)),
    untested(Blocker.KERNEL_UNDECIDED, kind="broken", **ended(Ending.MEMORY)),
]
CUT = na("kernel_reads_otherwise", kind="broken", **read(entities=7))
BARE = ("#100=PROPERTY_DEFINITION('geometric", "#100=PROPERTY_DEFINITION('other")
WHOLE = ("#110=PROPERTY_DEFINITION('geometric", "#110=PROPERTY_DEFINITION('other")


def property(change: tuple[str, str]) -> list[Case]:
    return [
        passes(**read()),
        fails("kernel_other", **read(change)),
        na("not_in_file", **read(BARE, WHOLE, ("'assembly validation property'", "'other'"))),
        CUT,
        *NOTHING,
    ]


CASES: dict[str, list[Case]] = {
    "step.kernel.opens": [
        passes(**read()),
        fails("kernel_unreadable", **ended(Ending.UNREADABLE, GOOD.replace(b"ENDSEC;DATA;", b"DATA;"))),
        review("kernel_refuses", **ended(Ending.UNREADABLE)),
        review("kernel_crashed", kind="broken", **ended(Ending.CRASHED)),
        *NOTHING,
    ],
    "step.kernel.shapes": [
        passes(**read()),
        fails("kernel_lost", **read(by=Read({22: None}))),
        fails("kernel_lost", **read(by=Read({22: dataclasses.replace(BOLT, solids=0, faces=6)}))),
        na("not_in_file", **read(("#67=SHAPE_DEFINITION_REPRESENTATION(#66,#65);", ""))),
        CUT,
        *NOTHING,
    ],
    "step.kernel.components": [
        passes(**read()),
        fails("kernel_no_component", **read(by=Read(placements={40: ()}))),
        na("kernel_no_shape", **read(by=Read({22: None}))),
        na("kernel_unknown_entity", **read(by=Read(without=(40, 41)))),
        CUT,
        *NOTHING,
    ],
    "step.kernel.placement": [
        passes(**read()),
        review("kernel_two_readings", **read(("(-5.,0.,0.)", "(-5.,9.,0.)"))),
        na("not_in_file", **read(by=Read(placements={40: (), 41: ()}))),
        CUT,
        *NOTHING,
    ],
    "step.kernel.volume": [
        *property(("VOLUME_MEASURE(6.)", "VOLUME_MEASURE(9.)")),
        review("kernel_near", **read(("VOLUME_MEASURE(6.)", "VOLUME_MEASURE(6.02)"))),
        na("no_unit_told", **read(WHOLE, ("(#51,3.)", "(#51,1.)"))),
        untested(
            Blocker.KERNEL_UNDECIDED, kind="broken",
            **read(WHOLE, by=Read({22: dataclasses.replace(BOLT, error="0.1")})),
        ),
    ],
    "step.kernel.area": property(("AREA_MEASURE(22.)", "AREA_MEASURE(11.)")),
    "step.kernel.centroid": property(("(0.5,1.,1.5)", "(0.5,1.,2.5)")),
    "step.kernel.children": [
        passes(**read()),
        fails("kernel_children", **read(("COUNT_MEASURE(2.)", "COUNT_MEASURE(1.)"))),
        na("parts_left_out", **read(by=Read(placements={40: ()}))),
        CUT,
        *NOTHING,
    ],
    "step.kernel.notional": property(("(2.5,20.,25.)", "(2.5,20.,26.)")),
}  # fmt: skip
