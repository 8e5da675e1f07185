"""What can be wrong with a photo or the faces on it, each with a stable code and a sentence that says what to do."""

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
    def of(cls, size: int, limit: int, name: str) -> "PhotoTooLarge":
        """Say how many bytes a file has and how many it may have."""
        size_text, limit_text = told_apart(size, limit)
        return cls(
            f"The {name} is {size_text}, the limit is {limit_text}. Save it smaller and try again.",
            photo=name,
            limit=limit_text,
        )


class PhotoUnsupported(PhotoError):
    """The content is of a kind that the engine does not open, whatever its name says."""

    code = "photo_unsupported"


class PhotoBroken(PhotoError):
    """The content starts like a photo but can't be decoded to its end."""

    code = "photo_broken"


class TooManyPixels(PhotoError):
    """The photos of one request have more pixels together than it may bring."""

    code = "too_many_pixels"

    @classmethod
    def of(cls, limit: int) -> "TooManyPixels":
        """Say how many pixels they may have."""
        return cls(
            "These photos have more than %(megapixels)g megapixels together. Send fewer of them, or smaller ones.",
            megapixels=limit / 1e6,
        )


class TooManyPhotosAtOnce(Overloaded):
    """Others hold all the room for decoded photos; `retry_after` says in how many seconds to try again."""

    @classmethod
    def for_now(cls) -> "TooManyPhotosAtOnce":
        """Ask for patience."""
        return cls(
            "Too many large photos are being worked on at this moment. Nothing was charged; try again in "
            "%(retry_after)d seconds.",
            retry_after=10,
        )


class FaceError(DomainError):
    """The photo is fine, but its faces are not what was asked for."""

    code = "face_error"


class NoFaceFound(FaceError):
    """A photo shows no face that the finder recognises."""

    code = "no_face"

    @classmethod
    def on(cls, name: str) -> "NoFaceFound":
        """Name the photo that has no face, as `face photo` or `photo to change`."""
        return cls(
            f"No face was found in the {name}. Use a photo where the face is seen from the front and at least "
            "80 pixels wide.",
            photo=name,
        )


class FaceIndexError(FaceError):
    """A face was asked for by a number that the photo does not have."""

    code = "no_such_face"

    @classmethod
    def of(cls, index: int, count: int) -> "FaceIndexError":
        """Say which index was asked for and how many faces there are."""
        faces = "1 face" if count == 1 else f"{count} faces"
        return cls(
            f"The photo to change has {faces}, counted from 0, left to right; there is no face {index}. "
            "Choose one of those found.",
            index=index,
            count=count,
        )


class NoMatchingFace(FaceError):
    """No face of the photo is near enough to the person asked for."""

    code = "no_matching_face"
