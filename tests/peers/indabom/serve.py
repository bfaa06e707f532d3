"""A bill of material manager without any interface. Runs in its own virtual environment.

serve.py make FOLDER     its database, with an account and a part
serve.py PORT FOLDER     serve it on 127.0.0.1
"""

import os
import sys
from pathlib import Path

ACCOUNT, PASSWORD = "engineer", "a-password-for-loopback"


def main(what: str, folder: str) -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    os.environ["INDABOM_FOLDER"] = folder

    import django
    from django.core.management import call_command

    django.setup()
    if what == "make":
        call_command("migrate", verbosity=0)
        _seed()
    else:
        call_command("runserver", f"127.0.0.1:{what}", use_reloader=False, skip_checks=True)


def _seed() -> None:
    """One organization, one user, one part."""
    from bom.models import Manufacturer, Organization, Part, PartClass, UserMeta
    from django.contrib.auth.models import User

    user = User.objects.create_user(ACCOUNT, password=PASSWORD)
    organization = Organization.objects.create(name="Works", owner=user)
    UserMeta.objects.update_or_create(user=user, defaults={"organization": organization, "role": "A"})
    kind = PartClass.objects.create(name="Screw", code="001", organization=organization)
    Manufacturer.objects.create(name="Works", organization=organization)
    Part.objects.create(number_class=kind, number_item="0001", organization=organization)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
