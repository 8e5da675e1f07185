"""The calls that /developers/ shows, each rendered in curl, Python and JavaScript from one description."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop

PHOTO, OTHER = "https://example.org/party.jpg", "https://example.org/me.jpg"


@dataclass(frozen=True)
class Example:
    """One call: files or a JSON body, and headers beside the key."""

    title: str
    method: str
    path: str
    body: Any = None
    files: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def curl(self, site: str, key: str) -> str:
        lines = [f"curl -X {self.method} {site}{self.path}"]
        lines += [f'-H "{name}: {value}"' for name, value in self._headers(key).items()]
        lines += [f"-F {name}=@{file}" for name, file in self.files.items()]
        if self.body is not None:
            lines.append(f"-d '{json.dumps(self.body)}'")
        return " \\\n  ".join(lines)

    def python(self, site: str, key: str) -> str:
        arguments = [f'"{site}{self.path}"', f"headers={json.dumps(self._headers(key, typed=False))}"]
        if self.files:
            arguments.append("files={" + ", ".join(f'"{n}": open("{f}", "rb")' for n, f in self.files.items()) + "}")
        if self.body is not None:
            arguments.append(f"json={json.dumps(self.body)}")
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
        kind = {"Content-Type": "application/json"} if typed and self.body is not None else {}
        return {"Authorization": f"Bearer {key}", **kind, **self.headers}


JOB, PERSON = "/api/v1/swaps/JOB_ID", "/api/v1/people/PERSON_ID"
EXAMPLES = (
    Example(gettext_noop("Swap faces"), "POST", "/api/v1/swaps", files={"face": "me.jpg", "target": "party.jpg"}),
    Example(
        gettext_noop("Swap faces and wait for the result"),
        "POST",
        "/api/v1/swaps",
        body={"face": {"url": OTHER}, "target": {"url": PHOTO}},
        headers={"Prefer": "wait=30"},
    ),
    Example(gettext_noop("Your swaps"), "GET", "/api/v1/swaps"),
    Example(gettext_noop("One swap"), "GET", JOB),
    Example(gettext_noop("Its result"), "GET", f"{JOB}/result"),
    Example(gettext_noop("Cancel it"), "POST", f"{JOB}/cancel"),
    Example(gettext_noop("Delete it"), "DELETE", JOB),
    Example(gettext_noop("Find faces"), "POST", "/api/v1/faces", body={"photo": {"url": PHOTO}}),
    Example(
        gettext_noop("Compare two faces"),
        "POST",
        "/api/v1/compare",
        body={"one": {"url": PHOTO}, "other": {"url": OTHER}},
    ),
    Example(
        gettext_noop("Recognise"), "POST", "/api/v1/recognise", body={"photo": {"url": PHOTO}, "threshold": "strict"}
    ),
    Example(gettext_noop("People you know"), "GET", "/api/v1/people"),
    Example(
        gettext_noop("Add a person"), "POST", "/api/v1/people", body={"name": "Ada", "consent": {"basis": "consent"}}
    ),
    Example(gettext_noop("Rename a person"), "PATCH", PERSON, body={"name": "Ada Lovelace"}),
    Example(gettext_noop("Add a face photo"), "POST", f"{PERSON}/photos", files={"photo": "ada.jpg"}),
    Example(gettext_noop("Delete a face photo"), "DELETE", f"{PERSON}/photos/PHOTO_ID"),
    Example(gettext_noop("Delete a person"), "DELETE", PERSON),
    Example(gettext_noop("Your account"), "GET", "/api/v1/account"),
    Example(gettext_noop("Your points"), "GET", "/api/v1/points"),
    Example(gettext_noop("base64: swap"), "POST", "/api/face_swap", body={"face": "BASE64", "body": "BASE64"}),
    Example(
        gettext_noop("aifaceswap: swap"),
        "POST",
        "/api/aifaceswap/v1/faceswap",
        body={"source_image": PHOTO, "face_image": OTHER, "webhook": "https://example.org/hook"},
    ),
    Example(gettext_noop("aifaceswap: find faces"), "POST", "/api/aifaceswap/v1/extract_face", body={"img": PHOTO}),
    Example(
        gettext_noop("aifaceswap: swap several"),
        "POST",
        "/api/aifaceswap/v1/multi_faceswap",
        body={"source_image": PHOTO, "face_image": [OTHER], "index": [0]},
    ),
    Example(
        gettext_noop("AceData: swap"), "POST", "/face/swap", body={"source_image_url": OTHER, "target_image_url": PHOTO}
    ),
    Example("face_match", "POST", "/face_match", files={"file1": "a.jpg", "file2": "b.jpg"}),
    Example("face_rec", "POST", "/face_rec", files={"file": "a.jpg"}),
)
