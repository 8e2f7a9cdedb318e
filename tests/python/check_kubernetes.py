"""Checks a manifest against the schemas of Kubernetes, in which unknown fields are errors.

Usage: check_kubernetes.py MANIFEST VERSION..., such as 1.29.0. Prints the manifest's documents as JSON. Needs no network:
the schemas are in the package.
"""

import json
import sys

import kubernetes_validate
import yaml

path, *versions = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    documents = list(yaml.safe_load_all(file))
for version in versions:
    for document in documents:
        try:
            used = kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            sys.exit(f"{document['kind']}, Kubernetes {version}: {list(error.path)}: {error.message}")
        # An unknown version is else taken for the nearest one.
        if str(used) != version.removesuffix(".0"):
            sys.exit(f"there is no schema of Kubernetes {version}, only of {used}")
print(json.dumps(documents))
