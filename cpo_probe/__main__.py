"""`python -m cpo_probe` is `cpo-probe`."""

from cpo_probe.cli import main

main()
