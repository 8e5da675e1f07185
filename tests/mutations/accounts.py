"""Guards of accounts: keys, limits, signing in, points, the guest and closing."""

from .changes import (
    Rows,
    always,
    assign,
    drop,
    drop_entry,
    drop_terms,
    in_text,
    instead,
    never,
    returns,
    set_entry,
    unwrap,
)

CLOSING = "tests/services/test_closing.py"
FORMS = "tests/security/test_form_limits.py"
GUEST = "tests/security/test_guest.py"
INVITED = "tests/security/test_invitations.py"
KEYS = "tests/api/test_keys.py"
LIMITS = "tests/services/test_limits.py"
LISTS = "tests/web/test_lists.py"
NO_MAIL = "tests/web/test_without_mail.py"
POINTS = "tests/services/test_points.py"
SIGN_IN = "tests/security/test_signing_in.py"
SIGN_UP = "tests/security/test_sign_up.py"
SWEPT = "tests/services/test_what_is_swept.py"
TABLE = "tests/security/test_who_may_do_what.py"

ROWS: Rows = {
    "accounts.admin": [
        ("granting points needs permission", "AccountAdmin.grant_points", never("has_change_permission"), TABLE),
        ("nobody changes the guest", "AccountAdmin.has_change_permission", drop_terms("is_guest"), GUEST),
        (
            "administrators' accounts are lent by superusers",
            "AccountAdmin.make_reset_link",
            drop_terms("is_superuser"),
            NO_MAIL,
        ),
    ],
    "accounts.api.base": [
        (
            "a key is paid for by its account",
            "AccountView.is_guest",
            returns('self.account.username == "guest" or self.key is None'),
            GUEST,
        ),
    ],
    "accounts.keys": [
        ("keys are checked", "find_api_key", drop_terms("compare_digest"), KEYS),
        ("revoked keys open nothing", "find_api_key", drop_terms("is_usable"), KEYS),
        ("an account has so many keys", "issue_api_key", drop("_refuse_too_many"), KEYS),
        ("the guest gets no keys", "issue_api_key", never("is_guest"), GUEST),
    ],
    "accounts.migrations.0005_guest_by_column": [
        ("an upgrade renames nobody", "take_over", never("REFUSAL"), GUEST),
    ],
    "accounts.points": [
        ("balances don't go below zero", "_move", drop_entry("balance__gte"), POINTS),
        ("first points are given once", "welcome_waiting", never("awaits_points"), SIGN_UP),
        ("a charge is settled once", "_settle", set_entry("kind__in", "[kind]"), POINTS),
    ],
    "accounts.privacy.deletion": [
        ("closing ends every session", "close_account", drop("end"), CLOSING),
    ],
    "accounts.sign_in.adapter": [
        ("guessing passwords is limited", "AccountAdapter", assign("counted", "[]"), SIGN_IN),
        (
            "nobody signs up who is not invited",
            "AccountAdapter.is_open_for_signup",
            returns("True"),
            INVITED,
        ),
        ("signing up is limited", "AccountAdapter.is_open_for_signup", drop("spend"), SIGN_IN),
        ("letters lead to the site", "AccountAdapter.send_mail", unwrap("own_address"), SIGN_IN),
        ("letters to an address are limited", "AccountAdapter.send_mail", never("letter"), FORMS),
    ],
    "accounts.sign_in.ended_sessions": [
        ("ended sessions are deleted", "forget_ended_sessions", drop("clear_expired"), SWEPT),
    ],
    "accounts.sign_in.guess_limits": [
        ("an account's names share its guesses", "_counted_for", drop_terms("sorted"), SIGN_IN),
        ("a known device guesses no faster", "_counted_for", returns("[]", "sign_in_device"), SIGN_IN),
        ("guessing codes is limited", "_CountedCode.clean_code", drop("count_guess"), SIGN_IN),
    ],
    "accounts.sign_in.guest": [
        (
            "an account's name makes no guest",
            "guest_account",
            instead("get_or_create", 'User.objects.get_or_create(username="guest", defaults=new | {"is_guest": True})'),
            GUEST,
        ),
        ("open access is nobody's who sees more", "open_access_account", drop_entry("is_active", "is_staff"), GUEST),
    ],
    "accounts.sign_in.invitations": [
        ("an invitation is good once", "_good", drop_entry("used"), INVITED),
        ("an invitation is the site's own", "_good", instead("loads", "int(token or 0)"), INVITED),
        ("old invitations let nobody in", "_good", drop_entry("expires__gt"), INVITED),
        ("a closed site takes no invitation", "is_invited", never("closed"), INVITED),
    ],
    "accounts.sign_in.welcome": [
        ("first points wait for a confirmed address", "_may_be_given", never("addresses"), SIGN_UP),
        ("first points are so many a day", "_may_be_given", never("granted"), SIGN_UP),
        ("a mailbox is one, however it is written", "_digest", assign("mailbox", "address"), SIGN_UP),
    ],
    "accounts.sign_in.reset_links": [
        ("no link leads into a closed account", "reset_link", never("account_closed"), NO_MAIL),
    ],
    "accounts.throttling": [
        ("forms of signing in are limited", "FormLimits.process_view", always("POST"), FORMS),
        ("keys are limited a minute", "", in_text("< %(limit)s", "< 1000 + %(limit)s"), KEYS),
        ("a window ends by itself", "", in_text("ELSE counted.ends", "ELSE excluded.ends"), LIMITS),
        ("an account's keys share its limit", "take_for_key", assign("shared", "own"), KEYS),
    ],
    "accounts.views.account": [
        ("copies of an account are rationed", "export", drop("spend"), LISTS),
    ],
    "accounts.views.forms": [
        (
            "guessing a password in a session is limited",
            "DeleteAccountForm.clean_password",
            drop("count_guess"),
            SIGN_IN,
        ),
    ],
    "accounts.views.keys": [
        ("a key is its owner's", "revoke", drop_entry("owner"), TABLE),
    ],
    "accounts.views.mail": [
        ("no letters are promised without mail", "needs_mail", never("CAN_SEND_MAIL"), NO_MAIL),
    ],
}
