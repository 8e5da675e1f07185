"""A call of the API in curl, Python and JavaScript, out of what the OpenAPI document says about it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from faceswap_site.lib.api.openapi import FORM

JSON = "application/json"
PLACEHOLDER = "YOUR_KEY"


@dataclass(frozen=True)
class Example:
    """One call: files or a JSON body, and headers beside the key."""

    method: str
    path: str
    body: Any = None
    files: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    needs_key: bool = True

    def curl(self, site: str, key: str = PLACEHOLDER) -> str:
        lines = [f"curl -X {self.method} {site}{self.path}"]
        lines += [f'-H "{name}: {value}"' for name, value in self._headers(key).items()]
        lines += [f"-F {name}=@{name}.jpg" for name in self.files]
        if self.body is not None:
            lines.append(f"-d '{json.dumps(self.body)}'")
        return " \\\n  ".join(lines)

    def python(self, site: str, key: str) -> str:
        arguments = [f'"{site}{self.path}"', f"headers={json.dumps(self._headers(key, typed=False))}"]
        if self.files:
            arguments.append("files={" + ", ".join(f'"{n}": open("{n}.jpg", "rb")' for n in self.files) + "}")
        if self.body is not None:
            arguments.append(f"json={self.body!r}")
        call = ",\n    ".join(arguments)
        return f"import requests\n\nanswer = requests.{self.method.lower()}(\n    {call},\n)\nprint(answer.json())"

    def javascript(self, site: str, key: str) -> str:
        lines = [f'method: "{self.method}"', f"headers: {json.dumps(self._headers(key, typed=bool(self.body)))}"]
        before = ""
        if self.files:
            before = "const form = new FormData();\n" + "".join(
                f'form.append("{name}", document.querySelector("#{name}").files[0]);\n' for name in self.files
            )
            lines.append("body: form")
        if self.body is not None:
            lines.append(f"body: JSON.stringify({json.dumps(self.body)})")
        options = ",\n  ".join(lines)
        call = f'const answer = await fetch("{site}{self.path}", {{\n  {options}\n}});'
        return f"{before}{call}\nconsole.log(await answer.json());"

    def _headers(self, key: str, *, typed: bool = True) -> dict[str, str]:
        kind = {"Content-Type": JSON} if typed and self.body is not None else {}
        return ({"Authorization": f"Bearer {key}"} if self.needs_key else {}) | kind | self.headers


def examples_of(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Example]:
    """An operation's calls: with the example of its JSON, and with files where it takes a form that needs no more."""
    address = re.sub(r"{(\w+)}", lambda name: name[1].upper(), path)
    headers = {"Prefer": "wait=30"} if operation["operationId"] == "submit_swap" else {}
    content = operation.get("requestBody", {}).get("content", {})
    name = name_of(content[JSON]["schema"]) if JSON in content else ""
    body = schemas[name]["examples"][0] if name else None
    yield Example(method.upper(), address, body, headers=headers, needs_key=bool(operation.get("security")))
    form = content.get(FORM, {}).get("schema", {})
    # That a swap needs both or their addresses is said in words.
    files = form.get("required", [name for name in ("face", "target") if name in form.get("properties", {})])
    if form and all(_is_file(form["properties"][name]) for name in files):
        yield Example(method.upper(), address, files=files)


def name_of(schema: dict[str, Any]) -> str:
    """The name of the schema that is referred to; empty where one stands here itself."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _is_file(schema: dict[str, Any]) -> bool:
    return bool(schema.get("items", schema).get("format") == "binary")
