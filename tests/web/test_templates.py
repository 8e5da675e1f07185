"""Templates stay readable: the formatter breaks lines of HTML, but not the tags within them."""

from tests.photos import ROOT

LONGEST = 160


def test_no_line_of_a_template_is_too_long_to_read() -> None:
    paths = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
    assert len(paths) > 100
    lines = [(path, number, line) for path in paths for number, line in enumerate(path.read_text().splitlines(), 1)]
    assert not [f"{path.relative_to(ROOT)}:{number}" for path, number, line in lines if len(line) > LONGEST]
