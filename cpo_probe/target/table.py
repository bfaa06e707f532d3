"""What do all tables of a profile have in common?"""

from pydantic import ConfigDict

CONFIG = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
"""Unknown keys are mistakes; the docstring of a field is its description."""
