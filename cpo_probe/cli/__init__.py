"""Commands; thin."""

from cpo_probe.cli.main import main

__all__ = ["main"]
