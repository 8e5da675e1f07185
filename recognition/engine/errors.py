"""What can be wrong with a photo or the faces on it; the catalogue of faceswap_site.lib holds the sentences."""

from faceswap_site.lib.errors import DomainError, Overloaded
from faceswap_site.lib.numbers import told_apart


class PhotoError(DomainError):
    """The bytes are not a photo that the engine takes."""

    code = "bad_photo"


class PhotoEmpty(PhotoError):
    """There are no bytes at all."""

    code = "photo_empty"


class PhotoTooLarge(PhotoError):
    """The file is over the limit of bytes, or the picture over that of pixels or sides."""

    code = "photo_too_large"

    @classmethod
    def of(cls, size: int, limit: int, *, photo: str) -> "PhotoTooLarge":
        """Say how many bytes a file has and how many it may have."""
        size_text, limit_text = told_apart(size, limit)
        return cls(photo=photo, size=size_text, limit=limit_text)


class PhotoUnsupported(PhotoError):
    """The content is of a kind that the engine does not open, whatever its name says."""

    code = "photo_unsupported"


class PhotoBroken(PhotoError):
    """The content starts like a photo but can't be decoded to its end."""

    code = "photo_broken"


class TooManyPixels(PhotoError):
    """The photos of one request have more pixels together than it may bring."""

    code = "too_many_pixels"


class TooManyPhotosAtOnce(Overloaded):
    """Others hold all the room for decoded photos; `retry_after` says in how many seconds to try again."""


class FaceError(DomainError):
    """The photo is fine, but its faces are not what was asked for."""


class NoFaceFound(FaceError):
    """A photo shows no face that the finder recognises; `photo` names it, as "face photo" or "photo to change"."""

    code = "no_face"


class FaceIndexError(FaceError):
    """A face was asked for by a number that the photo does not have."""

    code = "no_such_face"


class NoMatchingFace(FaceError):
    """No face of the photo is near enough to the person asked for."""

    code = "no_matching_face"
