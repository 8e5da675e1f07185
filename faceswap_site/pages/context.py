"""What every template may use."""

from functools import cache, partial
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.points import how_to_get_more
from faceswap_site.lib.fonts import shipped_fonts

from . import navigation

LOGOS = ("logo.svg", "logo.png")


@cache
def _site_logo() -> str:
    """The operator's own logo, as a static name; empty where the site wears its own."""
    return next((f"brand/{name}" for name in LOGOS if (settings.BRAND_DIR / name).exists()), "")


@cache
def _fonts() -> list[str]:
    """The files of letters, as static names; what set-up made does not change while the site runs."""
    return [f"fonts/{name}" for name in shipped_fonts(settings.FONTS_DIR)]


def site(request: HttpRequest) -> dict[str, object]:
    """Prices and limits as they are set, and the links of the frame (made only when a template asks for them)."""
    return {
        "prices": settings.PRICES,
        "can_send_mail": settings.CAN_SEND_MAIL,
        "contact": settings.CONTACT_EMAIL,
        "more_points": how_to_get_more,
        "sign_up_mode": settings.SIGN_UP,
        "identity_provider": urlsplit(settings.OIDC_SERVER_URL).netloc,
        "points_after_confirmation": settings.POINTS_AFTER_CONFIRMATION,
        "points_signup": settings.POINTS_SIGNUP,
        "max_upload_mb": settings.MAX_UPLOAD_BYTES // (1024 * 1024),
        "max_photo_megapixels": settings.MAX_PHOTO_PIXELS // 1_000_000,
        "retention_days": settings.RETENTION_DAYS,
        "languages": settings.LANGUAGES,
        "fonts": _fonts,
        "site_name": settings.SITE_NAME or _("Face swap"),
        "site_logo": _site_logo,
        **{name: partial(navigation.items, links, request) for name, links in navigation.PLACES.items()},
    }
