"""`make sbom` lists what requirements.lock installs, whole."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.photos import ROOT

LOCK = (ROOT / "requirements.lock").read_text()


def test_every_package_of_the_lock_is_listed_with_its_hashes(tmp_path: Path) -> None:
    file = tmp_path / "bill" / "sbom.json"
    command = [sys.executable, "-W", "error", "docs/bill_of_materials.py", str(file)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    bill = json.loads(file.read_text())

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    listed = {f"{one['name']}=={one['version']}": one for one in bill["components"]}
    assert sorted(listed) == sorted(re.findall(r"^([\w.-]+==[^ ;]+)", LOCK, re.M))
    hashes = {one["value"] for package in listed.values() for one in package["properties"] if one["name"] == "archive"}
    assert hashes == set(re.findall(r"--hash=(\S+)", LOCK))
    django = next(one for name, one in listed.items() if name.startswith("django=="))
    assert django["purl"] == f"pkg:pypi/django@{django['version']}"
    assert django["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
