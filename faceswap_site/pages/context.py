"""What every template may use."""

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
        "points_signup": settings.POINTS_SIGNUP,
        "max_upload_mb": settings.MAX_UPLOAD_BYTES // (1024 * 1024),
        "max_photo_megapixels": settings.MAX_PHOTO_PIXELS // 1_000_000,
        "retention_days": settings.RETENTION_DAYS,
        "languages": settings.LANGUAGES,
        "nav_main": lambda: navigation.items(navigation.MAIN, request),
        "nav_visitor": lambda: navigation.items(navigation.VISITOR, request),
        "nav_bottom": lambda: navigation.items(navigation.MAIN + navigation.SPARE, request)[:4],
        "nav_menu": lambda: navigation.items(navigation.MENU, request),
        "nav_account": lambda: navigation.items(navigation.ACCOUNT, request),
        "nav_recognition": lambda: navigation.items(navigation.RECOGNITION, request),
        "nav_foot": lambda: navigation.items(navigation.FOOT, request),
    }
