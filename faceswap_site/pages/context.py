"""What every template may use."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest

from accounts.points import how_to_get_more

from . import navigation


def site(request: HttpRequest) -> dict[str, object]:
    """Prices and limits as they are set, and the links of the frame (made only when a template asks for them)."""
    return {
        "prices": settings.PRICES,
        "can_send_mail": settings.CAN_SEND_MAIL,
        "contact": settings.CONTACT_EMAIL,
        "more_points": how_to_get_more,
        "sign_up_mode": settings.SIGN_UP,
        "points_after_confirmation": settings.POINTS_AFTER_CONFIRMATION,
        "points_signup": settings.POINTS_SIGNUP,
        "max_upload_mb": settings.MAX_UPLOAD_BYTES // (1024 * 1024),
        "max_photo_megapixels": settings.MAX_PHOTO_PIXELS // 1_000_000,
        "retention_days": settings.RETENTION_DAYS,
        "languages": settings.LANGUAGES,
        **{name: partial(navigation.items, links, request) for name, links in navigation.PLACES.items()},
    }
