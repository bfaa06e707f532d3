"""What does a geometry kernel make of the files of a record, before they are judged?

Its measurements are kept beside the record, once and for all, so that judging again needs no kernel and gives the same bytes;
its id is part of the ruler.
"""

from collections.abc import Callable

from cpo_probe.evidence import Bundle
from cpo_probe.formats import step_p21
from cpo_probe.kernel import Kernel


def kernel_of(bundle: Bundle, kernel: Kernel | None) -> str:
    """Whose measurements a judgement goes by: the kernel that is here, else the last one that looked at this record, else ""."""
    if not bundle.artifacts():
        return ""
    return kernel.id if kernel is not None else next(reversed(bundle.kernels()), "")


def measure(bundle: Bundle, kernel: Kernel | None, say: Callable[[str], None]) -> str:
    """Have the kernel look at STEP files that it has not seen, one after the other; the id of `kernel_of`.

    `say` is told the name of each, and "" when it is done.
    """
    id = kernel_of(bundle, kernel)
    bundle.measured_by(id)
    if kernel is None or not id:
        return id
    for artifact in bundle.artifacts():
        if bundle.measurement(artifact) is None and step_p21.recognised(bundle.file(artifact)):
            say(artifact.name)
            bundle.keep_measurement(artifact, kernel.measure(bundle.file(artifact)))
            say("")
    return id
