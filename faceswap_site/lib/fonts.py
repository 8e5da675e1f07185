"""The two families of letters that the site ships, cut out of packages of the index at set-up.

A visitor's browser loads them from this server and shows the system's own until they are there. Without the packages
the style sheet is empty, and the system's letters stay.
"""

import io
import os
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

STYLES = "fonts.css"
# Latin with its extensions, and the typography that our sentences use. Chinese is the system's, whole.
CHARACTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2028),
    *(0x2030, 0x2039, 0x203A, 0x20AC, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212),
)
FEATURES = ["kern", "liga", "tnum", "lnum", "mark", "ccmp", "locl"]


@dataclass(frozen=True)
class Family:
    """A file of letters in a package, how its axes are fixed, and the system's letters that stand in while it loads.

    The stand-in is drawn `size` per cent as large and with the same height of a line, so that nothing moves.
    """

    name: str
    file: str
    package: str
    source: str
    axes: dict[str, float | tuple[float, float]]
    weights: str
    stand_in: tuple[str, ...]
    size: float


FAMILIES = (
    Family(
        name="Newsreader",
        file="display.woff2",
        package="fontpkg-newsreader",
        source="fontpkg_newsreader/files/Newsreader[opsz,wght].ttf",
        axes={"opsz": 60, "wght": 500},
        weights="500",
        stand_in=("Georgia", "Liberation Serif", "DejaVu Serif"),
        size=92,
    ),
    Family(
        name="Hanken Grotesk",
        file="text.woff2",
        package="fontpkg-hanken-grotesk",
        source="fontpkg_hanken_grotesk/files/HankenGrotesk[wght].ttf",
        axes={"wght": (400, 700)},
        weights="400 700",
        stand_in=("Arial", "Liberation Sans", "Roboto"),
        size=101,
    ),
)


def make_fonts(directory: Path) -> bool:
    """Cut the letters out of their packages where that has not been done; False where a package is missing.

    Each file is written beside its place and moved there, the style sheet last: processes that start at once may do
    the same work twice, and none sees half a file.
    """
    directory.mkdir(parents=True, exist_ok=True)
    try:
        made_of = "/* " + ", ".join(f"{family.package} {version(family.package)}" for family in FAMILIES) + " */\n"
    except PackageNotFoundError:
        _write(directory / STYLES, b"/* The packages of letters are not installed. */\n")
        return False
    styles = directory / STYLES
    if styles.exists() and styles.read_text().startswith(made_of):
        return True
    rules = [made_of]
    for family in FAMILIES:
        content, lines = _cut(family)
        _write(directory / family.file, content)
        rules.append(_rules(family, lines))
    _write(styles, "".join(rules).encode())
    return True


def shipped_fonts(directory: Path) -> list[str]:
    """The files of letters that pages may load, below the static address `fonts/`."""
    return [family.file for family in FAMILIES if (directory / family.file).exists()]


def _cut(family: Family) -> tuple[bytes, dict[str, float]]:
    """The family as WOFF2 with our characters alone, and its heights of a line in parts of its em."""
    # Half a second of import, needed once in the life of an installation.
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(str(distribution(family.package).locate_file(family.source)))
    options = Options()
    options.layout_features = FEATURES
    cutter = Subsetter(options)
    cutter.populate(unicodes=CHARACTERS)
    cutter.subset(font)
    font = instantiateVariableFont(font, family.axes)
    lines, em = font["hhea"], font["head"].unitsPerEm
    heights = {"ascent": lines.ascent / em, "descent": -lines.descent / em, "line-gap": lines.lineGap / em}
    font.flavor = "woff2"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue(), heights


def _rules(family: Family, heights: dict[str, float]) -> str:
    stand_in = ", ".join(f'local("{name}")' for name in family.stand_in)
    overrides = "".join(f"{name}-override:{height * 10000 / family.size:.1f}%;" for name, height in heights.items())
    return (
        f'@font-face{{font-family:"{family.name}";src:url("{family.file}") format("woff2");'
        f"font-weight:{family.weights};font-display:swap}}\n"
        f'@font-face{{font-family:"{family.name} stand-in";src:{stand_in};size-adjust:{family.size}%;{overrides}}}\n'
    )


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(path)
