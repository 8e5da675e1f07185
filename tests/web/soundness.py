"""What a sound page is: valid HTML whose references lead somewhere, and nothing inline that the policy forbids."""

import re
from collections import Counter
from xml.etree.ElementTree import Element

import html5lib

INLINE = re.compile(r"""<[^>]+\s(style|on[a-z]+)=["']""")
# Attributes that name elements of the page by their ids.
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "form", "list")
INTERACTIVE = {"a", "button", "input", "select", "textarea", "label", "summary"}


def check_page(text: str) -> None:
    """Fail with what is wrong with a whole page."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    assert not INLINE.search(text), INLINE.search(text)
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script, script
    assert len(tree.findall(".//h1")) == 1
    check_references(tree)
    check_nesting(tree)
    for image in tree.iter("img"):
        assert "alt" in image.attrib, image.attrib


def check_references(tree: Element) -> None:
    """Ids are unique, and whatever names one names one that is there."""
    ids = Counter(element.attrib["id"] for element in tree.iter() if "id" in element.attrib)
    assert not [name for name, count in ids.items() if count > 1 or not name]
    for element in tree.iter():
        for attribute in REFERENCES:
            for name in element.attrib.get(attribute, "").split():
                assert name in ids, f"{element.tag} {attribute}={name} leads nowhere"
        target = element.attrib.get("href", "")
        if target.startswith("#") and len(target) > 1:
            assert target[1:] in ids, f"{target} leads nowhere"


def check_nesting(tree: Element) -> None:
    """Nothing that can be pressed lies within another such thing, and no block within a line of text."""
    for outer in tree.iter():
        if outer.tag in {"a", "button"}:
            inner = [element.tag for element in outer.iter() if element is not outer and element.tag in INTERACTIVE]
            assert not inner, f"{inner} within {outer.tag} {outer.attrib}"
        if outer.tag in {"span", "p", "label", "h1", "h2", "h3"}:
            blocks = [
                element.tag for element in outer.iter() if element.tag in {"div", "p", "ul", "form"} - {outer.tag}
            ]
            assert not blocks, f"{blocks} within {outer.tag} {outer.attrib}"
