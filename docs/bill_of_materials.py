"""List every package that the site is installed from, as CycloneDX 1.6: `make sbom`.

What is listed is requirements.lock, with the hashes of all archives that it allows, and the licences that the installed
packages state. It goes to DATA_DIR/sbom.json (var/sbom.json by default), or where the first argument says.
"""

import os
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>[^\\\n]+?))? \\\n(?P<hashes>(?: {4}.*\n)+)", re.M
)


def bill(lock: str) -> Bom:
    """What a list of packages says, for programs that look for known weaknesses."""
    site = Component(name="faceswap-site", type=ComponentType.APPLICATION, bom_ref="faceswap-site")
    bom = Bom(components=list(components(lock)))
    bom.metadata.component = site
    bom.register_dependency(site, bom.components)
    return bom


def components(lock: str) -> Iterator[Component]:
    for found in PACKAGE.finditer(lock):
        name, version, marker = found["name"], found["version"], found["marker"]
        url = PackageURL("pypi", name=name.lower(), version=version)
        hashes = [Property(name="archive", value=value) for value in re.findall(r"--hash=(\S+)", found["hashes"])]
        licence = _licence_of(name)
        yield Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            purl=url,
            bom_ref=str(url),
            licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
            properties=[*hashes, *([Property(name="where", value=marker)] if marker else [])],
        )


def _licence_of(name: str) -> str:
    """In one line; some packages put the whole text there. Nothing for one that is not installed on this system."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    stated = next((about[field] for field in ("License-Expression", "License") if field in about), "")
    return stated if stated and "\n" not in stated and len(stated) < 100 else ""


def main() -> None:
    default = Path(os.environ.get("DATA_DIR") or ROOT / "var") / "sbom.json"
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    bom = bill((ROOT / "requirements.lock").read_text())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1))
    sys.stdout.write(f"{len(bom.components)} packages: {file}\n")


if __name__ == "__main__":
    main()
