"""Prints the bill of materials as CycloneDX 1.6 JSON: ``python .ci/sbom.py > dutybook.cdx.json``.

It has what requirements.lock installs, with versions, licences, digests and who needs whom, and the parts of others that are shipped in the wheel
(``src/dutybook/web/vendored.toml``). The same commit gives the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
_LINE = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;\\]+)", re.MULTILINE)
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill() -> dict[str, Any]:
    """The bill of materials."""
    libraries = {name: _library(name, version, digests) for name, (version, digests) in locked().items()}
    parts = [_part(one) for one in tomllib.loads((ROOT / "src/dutybook/web/vendored.toml").read_text("utf-8"))["part"]]
    own = {
        "type": "application",
        "bom-ref": PROJECT["name"],
        "name": PROJECT["name"],
        "version": PROJECT["version"],
        "description": PROJECT["description"],
        "licenses": [{"license": {"id": PROJECT["license"]}}],
        "components": parts,
    }
    first = [canonicalize_name(Requirement(one).name) for one in PROJECT["dependencies"]]
    needs = {PROJECT["name"]: first, **{name: _needs(name, libraries) for name in libraries}}
    made = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": list(libraries.values()),
        "dependencies": [
            {"ref": _ref(name, libraries), "dependsOn": sorted(_ref(one, libraries) for one in wanted)}
            for name, wanted in needs.items()
        ],
    }
    # Of the same content the same number.
    return {**made, "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(made, sort_keys=True))}"}


def locked() -> dict[str, tuple[str, list[str]]]:
    """Version and digests of each package of the lock file."""
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if _LINE.match(line)]
    return {match["name"]: (match["version"], _DIGEST.findall(line)) for line in lines if (match := _LINE.match(line))}


def _library(name: str, version: str, digests: list[str]) -> dict[str, Any]:
    # Files of several platforms are one package: their digests are properties, since a component has one of each kind.
    return {
        "type": "library",
        "bom-ref": f"{name}=={version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        **({"licenses": licences} if (licences := _licences(name)) else {}),
        "properties": [{"name": "dutybook:sha256", "value": digest} for digest in digests],
    }


def _part(part: dict[str, str]) -> dict[str, Any]:
    version = {"version": part["version"]} if part["version"] else {}
    origin = {"description": f"from {part['from']}"} if "from" in part else {}
    return {
        "type": "file",
        "bom-ref": f"shipped:{part['name']}",
        "name": part["name"],
        **version,
        **origin,
        "licenses": [{"license": {"name": part["licence"]}}],
    }


def _licences(name: str) -> list[dict[str, Any]]:
    """What the package says of its licence: an SPDX expression, or a name; nothing where it is not installed here."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return []
    if expression := about.get("License-Expression"):
        return [{"expression": expression}]
    classified = [
        one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or [] if one.startswith("License :: ")
    ]
    stated = (about.get("License") or "").strip().partition("\n")[0]
    names = classified or ([stated] if stated and len(stated) < 80 else [])
    return [{"license": {"name": one}} for one in sorted(set(names))]


def _needs(name: str, libraries: dict[str, Any]) -> list[str]:
    try:
        required = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    wanted = [Requirement(one) for one in required]
    met = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    return sorted({canonicalize_name(one.name) for one in met} & libraries.keys())


def _ref(name: str, libraries: dict[str, Any]) -> str:
    return str(libraries[name]["bom-ref"]) if name in libraries else name


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=1, sort_keys=True)
    print()
