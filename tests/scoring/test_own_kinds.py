"""Our own catalogue on systems with one kind of interface: what is not there is not asked for, and nothing else is lost."""

import pytest

from cpo_probe.catalogue import load
from cpo_probe.model import Fulfilment, Outcome, Scorecard, Verdict
from cpo_probe.registry import own_root
from tests.scoring.build import inventory, plan, score, subject

OWN = load([own_root()])
ABOUT = {kpi.id: kpi.needs for kpi in OWN.kpis}


def card(*interfaces: str) -> Scorecard:
    judged = [(Outcome.PASS, subject("", "openapi.valid", one)) for one in interfaces if one.startswith("openapi")]
    return score(OWN, judged, inventory=inventory(*interfaces), plan=plan([c.id for c in OWN.criteria], catalogue=OWN.id))


@pytest.mark.parametrize("interface", ["openapi:/api", "web:/"])
def test_without_odata_its_figures_do_not_apply(interface: str) -> None:
    verdicts = {kpi.kpi: kpi.verdict for kpi in card(interface).kpis}
    mine = [id for id, needs in ABOUT.items() if needs == ("odata",)]
    assert {"STD-04.odata", "STD-04.odata-level", "EXT-06.level"} <= set(mine)
    assert {verdicts[id] for id in mine} == {Verdict.NOT_APPLICABLE}
    assert Verdict.NOT_APPLICABLE not in {verdict for id, verdict in verdicts.items() if not ABOUT[id]}


def test_without_odata_free_querying_does_not_apply_and_a_standard_service_is_still_asked_for() -> None:
    fulfilments = {c.criterion: c.fulfilment for c in card("openapi:/api").criteria}
    assert fulfilments["EXT-06"] is Fulfilment.NOT_APPLICABLE
    assert fulfilments["STD-04"] is not Fulfilment.NOT_APPLICABLE


def test_with_odata_alone_the_figures_of_rest_do_not_apply_and_no_criterion_is_lost_by_that() -> None:
    made = card("odata:/odata")
    verdicts = {kpi.kpi: kpi.verdict for kpi in made.kpis}
    rest = [id for id, needs in ABOUT.items() if "openapi" in needs]
    assert {verdicts[id] for id in rest} == {Verdict.NOT_APPLICABLE}
    touched = {kpi.criterion for kpi in OWN.kpis if kpi.id in rest}
    assert all(c.fulfilment is Fulfilment.UNDETERMINED for c in made.criteria if c.criterion in touched - {"IOP-12"})


@pytest.mark.parametrize("interface", ["wsdl:/soap", "oslc:/rootservices"])
def test_a_kind_without_figures_of_its_own_leaves_those_of_rest_open(interface: str) -> None:
    made = {c.criterion: c.fulfilment for c in card(interface).criteria}
    assert made["IFC-02"] is made["IFC-03"] is made["IFC-08"] is Fulfilment.UNDETERMINED
