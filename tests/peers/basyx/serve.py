"""The Asset Administration Shell API v3.0 of BaSyx on 127.0.0.1. Runs in its own virtual environment: serve.py PORT."""

import sys

from basyx.aas import model
from basyx.aas.adapter.aasx import DictSupplementaryFileContainer
from basyx.aas.adapter.http import WSGIApp
from basyx.aas.examples.data import example_aas
from werkzeug.serving import run_simple


def main(port: int) -> None:
    objects: model.DictObjectStore[model.Identifiable] = model.DictObjectStore()
    for thing in example_aas.create_full_example():
        objects.add(thing)
    for number in range(250):
        asset = model.AssetInformation(model.AssetKind.INSTANCE, global_asset_id=f"https://example.com/asset/{number:03}")
        objects.add(model.AssetAdministrationShell(asset, f"https://example.com/shell/{number:03}", f"Shell{number:03}"))
    run_simple("127.0.0.1", port, WSGIApp(objects, DictSupplementaryFileContainer()), threaded=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
