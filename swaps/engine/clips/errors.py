"""What can be wrong with a clip; the catalogue of faceswap_site.lib holds the sentences."""

from faceswap_site.lib.errors import DomainError


class ClipError(DomainError):
    """The file is no clip that the engine takes."""

    code = "bad_clip"


class ClipUnsupported(ClipError):
    """It is a clip, but of a kind that is not changed here; the case says which."""

    code = "clip_unsupported"


class ClipTooLarge(ClipError):
    """It is longer, or its picture larger, than is allowed."""

    code = "clip_too_large"


class ClipNotWritten(ClipError):
    """What the clip holds does not go into the kind of file that was asked for."""

    code = "clip_not_written"
