"""The pictures of an evaluation as SVG: no library draws two axes better than forty lines do."""

from collections.abc import Iterable

import numpy as np

from recognition.engine.evaluate import Evaluation

WIDTH, HEIGHT, MARGIN = 640, 400, 56
GENUINE, IMPOSTOR, INK = "#0f766e", "#b42318", "#1d1b19"
BIN = 0.02


def roc_svg(evaluation: Evaluation) -> str:
    """The true match rate over the false match rate."""
    false, true = evaluation.roc()
    points = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in zip(false, true, strict=True))
    chosen = _x(evaluation.false_match.value), _y(1 - evaluation.false_non_match.value)
    auc = evaluation.auc
    title = f"ROC, AUC {auc:.4f}" if auc is not None else "ROC"
    parts = [
        f'<polyline points="{points}" fill="none" stroke="{GENUINE}" stroke-width="2"/>',
        f'<circle cx="{chosen[0]:.1f}" cy="{chosen[1]:.1f}" r="5" fill="none" stroke="{INK}" stroke-width="2"/>',
        _text(chosen[0] + 10, chosen[1] + 18, f"threshold {evaluation.threshold:g}"),
    ]
    ticks = [(value, f"{value:g}") for value in (0, 0.25, 0.5, 0.75, 1)]
    return _svg(title, "false match rate", "true match rate", ticks, parts)


def histogram_svg(evaluation: Evaluation) -> str:
    """How distances are spread, for pairs of one person and of two; each kind's bars sum to its own whole."""
    most = max(1.2, float(evaluation.distances.max(initial=0)) + BIN)
    edges = np.arange(0, most + BIN, BIN)
    shares = []
    for kind in (evaluation.genuine, ~evaluation.genuine):
        counts = np.histogram(evaluation.distances[kind], edges)[0]
        shares.append(counts / max(1, counts.sum()))
    highest = max(float(share.max()) for share in shares) or 1.0
    parts = []
    for share, colour in zip(shares, (GENUINE, IMPOSTOR), strict=True):
        for left, height in zip(edges, share, strict=False):
            if height:
                x, y = _x(left / most), _y(height / highest)
                wide, high = _x(BIN / most) - MARGIN, HEIGHT - MARGIN - y
                parts.append(
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" '
                    f'fill="{colour}" fill-opacity="0.6"/>'
                )
    at = _x(evaluation.threshold / most)
    parts.append(f'<path d="M{at:.1f} {MARGIN}V{HEIGHT - MARGIN}" stroke="{INK}" stroke-dasharray="4 4"/>')
    parts.append(_text(at + 6, MARGIN + 12, f"threshold {evaluation.threshold:g}"))
    parts.append(_text(WIDTH - 190, MARGIN - 8, "same person", GENUINE))
    parts.append(_text(WIDTH - 100, MARGIN - 8, "two people", IMPOSTOR))
    ticks = [(value / most, f"{value:g}") for value in (0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2)]
    return _svg("Distances of all pairs", "distance", "share of the pairs of a kind", ticks, parts)


def _svg(title: str, x_label: str, y_label: str, ticks: Iterable[tuple[float, str]], parts: list[str]) -> str:
    frame = f'<path d="M{MARGIN} {MARGIN}V{HEIGHT - MARGIN}H{WIDTH - MARGIN}" fill="none" stroke="{INK}"/>'
    marks = [_text(_x(at), HEIGHT - MARGIN + 18, label, anchor="middle") for at, label in ticks]
    labels = [
        _text(WIDTH / 2, HEIGHT - 12, x_label, anchor="middle"),
        f'<g transform="translate(18 {HEIGHT / 2}) rotate(-90)">{_text(0, 0, y_label, anchor="middle")}</g>',
        _text(MARGIN, 28, title, size=17),
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'font-family="system-ui, sans-serif"><title>{title}</title>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            frame,
            *marks,
            *labels,
            *parts,
            "</svg>",
            "",
        ]
    )


def _text(x: float, y: float, words: str, colour: str = INK, *, anchor: str = "start", size: int = 13) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}" text-anchor="{anchor}">{words}</text>'


def _x(share: float) -> float:
    return MARGIN + share * (WIDTH - 2 * MARGIN)


def _y(share: float) -> float:
    return HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)
