"""How open is a live PLM system? Record, judge, score."""

__version__ = "0.1.0"
