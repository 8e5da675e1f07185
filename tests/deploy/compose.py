"""compose.yaml and the Dockerfile without Docker: their commands, with what they are given, as processes here."""

import json
import os
import re
import shlex
import subprocess
import sys
from typing import Any

import yaml

from tests.photos import ROOT
from tests.running_site import RunningSite

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
ENVIRONMENT = dict(pair.split("=", 1) for pair in shlex.split(re.findall(r"^ENV (.+)$", DOCKERFILE, re.M)[-1]))
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def of_dockerfile(instruction: str) -> list[str]:
    """The words that follow CMD, or HEALTHCHECK … CMD."""
    words: list[str] = json.loads(re.findall(rf"^{instruction} (\[.+\])$", DOCKERFILE, re.M)[-1])
    return words


def composed(variables: dict[str, str]) -> dict[str, Any]:
    """The file as `docker compose config` shows it, with a .env of these variables."""

    def value(match: re.Match[str]) -> str:
        name, kind, words = match.groups()
        if not variables.get(name):
            assert kind == "-", f"{name} has to be in .env: {words}"
            return str(words)
        return variables[name]

    def filled(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: filled(part) for name, part in node.items()}
        if isinstance(node, list):
            return [filled(part) for part in node]
        return VARIABLE.sub(value, node) if isinstance(node, str) else node

    parsed: dict[str, Any] = filled(yaml.safe_load((ROOT / "compose.yaml").read_text()))
    return parsed


class ComposedSite:
    """Its services as written, but for what is elsewhere here: the servers, the folder of data, and the port."""

    def __init__(self, site: RunningSite, variables: dict[str, str]) -> None:
        self.site, self.variables = site, variables
        self.services = composed(variables)["services"]

    def environment(self, service: str) -> dict[str, str]:
        """What a container gets: the image's own, .env, and what the file says; then the places of this machine."""
        written = self.services[service]
        assert written["env_file"] == [{"path": ".env", "required": False}]
        given = {**ENVIRONMENT, **self.variables, **written["environment"]}
        for name in ("DATABASE_URL", "REDIS_URL", "DATA_DIR"):  # without servers, SQLite and its cache
            given[name] = self.site.environment.get(name, "")
        here = {name: self.site.environment[name] for name in ("REDIS_PREFIX", "SAMPLES_DIR", "DJANGO_SETTINGS_MODULE")}
        return given | here | {"PATH": os.environ["PATH"]}

    def command(self, service: str) -> list[str]:
        command: list[str] = self.services[service].get("command") or of_dockerfile("CMD")
        return self._here(command)

    def start(self, *services: str) -> None:
        for service in services:
            self.site.processes[service] = subprocess.Popen(
                self.command(service),
                cwd=ROOT,
                env=self.environment(service),
                stdout=self.site.log,
                stderr=self.site.log,
                start_new_session=True,
            )
        if "web" in services:
            self.site.wait_for_web()

    def run(self, service: str) -> subprocess.CompletedProcess[str]:
        """A service that ends by itself."""
        return self._run(self.command(service), service)

    def check_health(self) -> subprocess.CompletedProcess[str]:
        """The image's health check, as it is asked inside the web container."""
        return self._run(self._here(of_dockerfile("HEALTHCHECK .* CMD")), "web")

    def _run(self, command: list[str], service: str) -> subprocess.CompletedProcess[str]:
        environment = self.environment(service)
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)

    def _here(self, command: list[str]) -> list[str]:
        assert command[0] == "python"
        words = [word.replace("0.0.0.0", "127.0.0.1").replace("8000", str(self.site.port)) for word in command]
        return [sys.executable, *words[1:]]
