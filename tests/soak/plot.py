"""A plot as an SVG, written by hand: memory and the time of each job, over the jobs."""

from collections.abc import Sequence
from pathlib import Path

from .watch import Sample

WIDTH, HEIGHT, MARGIN = 800, 240, 50
Points = Sequence[tuple[float, float]]


def draw(samples: Sequence[Sample], seconds: Sequence[float], file: Path) -> None:
    """Write both curves, one above the other, each with its largest value named."""
    memory = [(float(sample.jobs), sample.megabytes) for sample in samples]
    times = [(float(number), value) for number, value in enumerate(seconds, 1)]
    panels = [_panel(memory, "memory of all processes, MB", 0), _panel(times, "seconds a job", HEIGHT)]
    file.parent.mkdir(parents=True, exist_ok=True)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {2 * HEIGHT}" font-family="sans-serif">'
    file.write_text(head + '<rect width="100%" height="100%" fill="white"/>' + "".join(panels) + "</svg>\n")


def _panel(points: Points, title: str, top: int) -> str:
    right = max(x for x, _y in points) or 1.0
    most = max(y for _x, y in points) or 1.0
    inner_width, inner_height = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    path = " ".join(
        f"{MARGIN + x / right * inner_width:.1f},{top + HEIGHT - MARGIN - y / most * inner_height:.1f}"
        for x, y in points
    )
    base = top + HEIGHT - MARGIN
    return (
        f'<text x="{MARGIN}" y="{top + 30}" font-size="14">{title}, at most {most:.1f}; {right:.0f} jobs</text>'
        f'<path d="M{MARGIN} {base}H{WIDTH - MARGIN}" stroke="#888"/>'
        f'<polyline points="{path}" fill="none" stroke="#2456c8" stroke-width="1.5"/>'
    )
