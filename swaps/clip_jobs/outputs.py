"""The kinds of file that a clip is made into."""

from swaps.engine.clips import ClipError, moving_pictures
from swaps.engine.clips.swap_clip import check_output as check_kind
from swaps.models import SwapClip

from .files import known_clip

PICTURES = moving_pictures.KINDS
FILMS = ("mp4", "webm", "mov")
# What may be asked for, with the media type of each.
OUTPUTS = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
    "gif": "image/gif",
    "webp": "image/webp",
    "png": "image/png",
    "avif": "image/avif",
}


def check_output(clip: SwapClip, kind: str) -> None:
    """Raise ClipNotWritten where a clip can't be written as a kind of file."""
    check_kind(known_clip(clip), kind)


def default_output(clip: SwapClip) -> str:
    """MP4 where it holds the clip's sound, else what does; files of pictures stay what they are."""
    if not clip.is_film:
        return clip.format
    for kind in FILMS:
        try:
            check_output(clip, kind)
        except ClipError:
            continue
        return kind
    return "mp4"
