"""Base64 as clients write it: how documents describe it, and the one place where it is read. Knows no Django."""

import base64
import binascii
import re


def _(text: str) -> str:
    """Marks words for translation."""
    return text


# In lines, without padding, in either alphabet, or as a data: address, as browsers' FileReader makes it.
PATTERN = r"^\s*([Dd][Aa][Tt][Aa]:[^,]{0,200};[Bb][Aa][Ss][Ee]64\s*,)?[A-Za-z0-9+/=\s_-]+$"
LONGEST = 64 * 1024 * 1024
SCHEMA = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST,
    "pattern": PATTERN,
    "x-wanted": _("a photo in base64, or as a data: address"),
    "description": "A photo in base64, also in lines, or as a data: address (data:image/jpeg;base64,…).",
}
_HEAD = re.compile(r"\s*data:([^,]{0,200}),", re.IGNORECASE)


def is_data_address(text: str) -> bool:
    """Whether a text is a data: address, whatever it holds."""
    return text[:100].lstrip()[:5].lower() == "data:"


def read_base64(text: str) -> bytes:
    """The bytes behind a text; what type a data: address claims is never asked, its content decides.

    Raises
    ------
    ValueError
        For what is no base64, as for a data: address in percent-encoding.
    """
    if is_data_address(text):
        head = _HEAD.match(text)
        if head is None or not head[1].rstrip().lower().endswith(";base64"):
            raise ValueError("the data: address doesn't say ;base64 before its comma")
        text = text[head.end() :]
    compact = "".join(text.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
