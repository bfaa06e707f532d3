"""Which system is under test, and how does one log in?"""

from cpo_probe.target.layers import profile_names
from cpo_probe.target.load import Loaded, load, load_target, parse_override
from cpo_probe.target.profile import Profile, profile_schema
from cpo_probe.target.reference import profile_page
from cpo_probe.target.secrets import Secrets, is_reference
from cpo_probe.target.template import profile_template

__all__ = [
    "Loaded",
    "Profile",
    "Secrets",
    "is_reference",
    "load",
    "load_target",
    "parse_override",
    "profile_names",
    "profile_page",
    "profile_schema",
    "profile_template",
]
