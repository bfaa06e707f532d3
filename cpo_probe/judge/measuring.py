"""What does a geometry kernel make of the files of a record, before they are judged?

Its measurements are kept beside the record, once and for all, so that judging again needs no kernel and gives the same bytes;
its id is part of the ruler.
"""

from collections.abc import Callable

from cpo_probe.evidence import Bundle
from cpo_probe.formats import step_p21
from cpo_probe.kernel import Kernel
from cpo_probe.model import Artifact


def kernel_of(bundle: Bundle, kernel: Kernel | None) -> str:
    """Whose measurements a judgement goes by: the kernel that is here, else the last one that looked at this record.

    "" where there is neither, or no STEP file: such a record has the same ruler with and without a kernel.
    """
    if kernel is None:
        return next(reversed(bundle.kernels()), "")
    known = kernel.id in bundle.kernels() or any(_is_step(bundle, artifact) for artifact in bundle.artifacts())
    return kernel.id if known else ""


def measure(bundle: Bundle, kernel: Kernel | None, say: Callable[[str], None]) -> str:
    """Have the kernel look at STEP files that it has not seen, one after the other; the id of `kernel_of`.

    `say` is told the name of each, and "" when it is done.
    """
    id = kernel_of(bundle, kernel)
    bundle.measured_by(id)
    if kernel is None or not id:
        return id
    for artifact in bundle.artifacts():
        if bundle.measurement(artifact) is None and _is_step(bundle, artifact):
            say(artifact.name)
            bundle.keep_measurement(artifact, kernel.measure(bundle.file(artifact)))
            say("")
    return id


def _is_step(bundle: Bundle, artifact: Artifact) -> bool:
    return step_p21.recognised(bundle.file(artifact))
