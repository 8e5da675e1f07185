"""The site's pages by address: what the tests of every page go through."""

PUBLIC = (
    *("/", "/explore/", "/check/", "/pricing/", "/privacy/", "/developers/", "/api/docs"),
    *("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/"),
    *("/accounts/password/reset/key/done/", "/accounts/inactive/", "/accounts/confirm-email/"),
    "/accounts/3rdparty/login/cancelled/",
)
OWN = (
    *("/swaps/batches/", "/swaps/batches/new/", "/swaps/clips/new/"),
    *("/swaps/new/", "/gallery/", "/history/", "/live/", "/recognise/", "/compare/", "/people/", "/people/new/"),
    *("/signed-in/",),
    *("/account/", "/account/points/", "/account/keys/", "/account/webhooks/", "/account/consent/", "/account/delete/"),
)
SIGN_IN = (
    *("/accounts/email/", "/accounts/password/change/", "/accounts/sessions/", "/accounts/2fa/"),
    *("/accounts/logout/", "/accounts/reauthenticate/", "/accounts/3rdparty/"),
)
# Those of two-factor sign-in that want the password once more before they show anything.
GUARDED = ("/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/recovery-codes/generate/")
PERSONAL = OWN + SIGN_IN
# Addresses with something in them, which tests of their own open; and what is no page: pictures, actions, APIs.
WITH_CONTENT = {
    *(
        "swaps:detail",
        "swaps:batch",
        "swaps:clip",
        "swaps:public",
        "swaps:shared",
        "swaps:consent",
        "recognition:person",
        "recognition:choose",
        "recognition:choose_first",
        "account_confirm_email",
    ),
    *("account_reset_password_from_key", "account_set_password", "account_confirm_login_code"),
    *("socialaccount_signup", "socialaccount_login_error"),
    *("mfa_authenticate", "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes"),
    *("mfa_list_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn", "dashboard"),
}
NO_PAGES = {
    *("healthz", "readyz", "metrics", "showcase", "manifest", "live_upload_source", "live_status", "set_language"),
    *(f"swaps:{name}" for name in ("faces", "preview", "fetched", "known_face", "delete", "cancel", "letter")),
    *(
        f"swaps:{name}"
        for name in ("result", "download", "comparison", "thumbnail", "target", "face", "selection", "history_csv")
    ),
    *(f"swaps:clip_{name}" for name in ("delete", "person", "picture")),
    *(f"swaps:batch_{name}" for name in ("photos", "photo", "face", "start", "letter", "cancel", "retry", "delete")),
    "swaps:batch_results",
    *(f"swaps:{name}" for name in ("publish", "public_picture", "public_thumbnail", "shared_picture", "sample")),
    *("swaps:consent_picture", "swaps:consent_call_back"),
    *(f"recognition:{name}" for name in ("add_photos", "rename", "reserve", "delete", "picture", "forget")),
    *(
        "recognition:photo_to_choose_from",
        "account:export",
        "account:key_revoke",
        "swaps:webhook_rotate",
        "swaps:webhook_again",
    ),
    *("mfa_download_recovery_codes", "mfa_login_webauthn", "openid_connect_login", "openid_connect_callback"),
}
