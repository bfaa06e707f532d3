"""Django settings: those of the product, with SQLite, without its log file."""

import os
from pathlib import Path

from bom.settings import *  # noqa: F403

SECRET_KEY = "only for servers on loopback"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(os.environ["INDABOM_FOLDER"]) / "indabom.sqlite3"}}
LOGGING: dict[str, object] = {}
LOGGING_CONFIG = None
