"""What must never be written, and what stands in its place?"""

from cpo_probe.session.redact.redactor import PLAIN, Clean, Redactor, Sensitive

__all__ = ["PLAIN", "Clean", "Redactor", "Sensitive"]
