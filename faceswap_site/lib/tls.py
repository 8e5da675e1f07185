"""Whose certificates are trusted when photos are fetched and callbacks sent, and what is said of those that are not."""

import ssl
from functools import lru_cache

from django.utils.translation import gettext_noop as _

# OpenSSL's numbers for a certificate whose signer is not among those that are trusted, and for one of another host.
UNKNOWN_SIGNER = {18, 19, 20, 21}
OTHER_HOST = {62, 64}
# What OpenSSL says most often, letter by letter, for who reads another language; the rest stays in its English.
SAID = (
    _("certificate has expired"),
    _("certificate is not yet valid"),
    _("self-signed certificate"),
    _("self-signed certificate in certificate chain"),
    _("unable to get local issuer certificate"),
    _("unable to get issuer certificate"),
    _("unable to verify the first certificate"),
)


@lru_cache(maxsize=2)
def trusting(ca_file: str) -> ssl.SSLContext:
    """What checks certificates and names: the system's authorities, and those of `ca_file` as well where it is given.

    Raises
    ------
    OSError
        Where the file can't be read, or holds no certificate (ssl.SSLError).
    """
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
        # Python 3.13 asks for extensions that authorities made by hand rarely have.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def why_refused(error: Exception) -> dict[str, str]:
    """The case of a handshake that failed, by what OpenSSL says of it, and what fills its sentence."""
    while not isinstance(error, ssl.SSLError) and error.args and isinstance(error.args[0], Exception):
        error = error.args[0]  # urllib3 wraps it
    if not isinstance(error, ssl.SSLCertVerificationError):
        return {"case": "no_https"}
    if error.verify_code in OTHER_HOST:
        return {"case": "other_host"}
    case = "unknown_signer" if error.verify_code in UNKNOWN_SIGNER else "untrusted"
    return {"case": case, "reason": error.verify_message.rstrip(".")}
