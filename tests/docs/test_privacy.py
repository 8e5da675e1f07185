"""What is kept: every table of the database is told about in docs/privacy.md, by the row that is named here."""

from django.apps import apps

from tests.docs import DOCS, section, table

ROWS = [row[0] for row in table(section(DOCS["privacy.md"], "What is kept, and until when"))]
PEOPLE, SITE = "people one registers", "people of the site's registry"
# Each table, and how the row begins that tells of it.
TOLD = {
    "accounts.User": "the account:",
    "accounts.PointEntry": "points ledger",
    "accounts.ApiKey": "API keys",
    "accounts.KeyUse": "how many requests came with a key",
    "accounts.WebhookSecret": "API keys",
    "accounts.RateWindow": "counts of requests",
    "accounts.IdempotencyKey": "answers to named API requests",
    "swaps.SwapJob": "the job's row",
    "swaps.SwapFace": "the job's row",
    "swaps.SwapClip": "a clip:",
    "swaps.ClipTask": "pieces of a clip",
    "swaps.ConsentRequest": "who was asked for consent by a link",
    "swaps.ResultHash": "a hash of each face",
    "swaps.SwapBatch": "the batch's rows",
    "swaps.BatchFace": "the face photo of a batch",
    "swaps.BatchItem": "photos of a batch",
    "swaps.WebhookDelivery": "callbacks",
    "swaps.WebhookAttempt": "callbacks",
    "swaps.CallbackHost": "hosts that did not answer",
    "swaps.ResultReport": "objections",
    "accounts.Invitation": "invitations",
    "swaps.TakenDownPhotos": "a digest of the photos",
    "swaps.OperatorEngine": "engines that an operator brought",
    "recognition.ContentCount": "how many photos looked explicit",
    "recognition.ReviewedPhoto": "how many photos looked explicit",
    "recognition.Registry": SITE,
    "recognition.Person": PEOPLE,
    "recognition.KnownFace": PEOPLE,
    "recognition.AuditEntry": "what happened around known faces",
    "recognition.BulkUpload": "photos of a bulk upload",
    "recognition.BulkPhoto": "photos of a bulk upload",
    "recognition.FoundPhoto": "a photo whose faces a program asked for",
    "admin.LogEntry": "what administrators did",
    "faceswap_site.AdminAct": "what administrators did",
    "sessions.Session": "sign-in sessions",
    "usersessions.UserSession": "sign-in sessions",
    "account.EmailAddress": "the account:",
    "account.EmailConfirmation": "the account:",
    "mfa.Authenticator": "the account:",
    "socialaccount.SocialAccount": "the account:",
    "django_q.OrmQ": "the queue",
    "django_q.Task": "the queue",
}
# They say nothing about anybody: bare numbers, which processes live, and what Django itself needs.
NOBODYS = {
    *(
        "swaps.AccountTurn",
        "recognition.RemovedFace",
        "recognition.IncomingFiles",
        "faceswap_site.Heartbeat",
        "django_q.Schedule",
    ),
    *("auth.Permission", "auth.Group", "contenttypes.ContentType"),
    *("socialaccount.SocialApp", "socialaccount.SocialToken"),  # settings name the provider; no token is kept
}


def test_every_table_is_told_about() -> None:
    tables = {model._meta.label for model in apps.get_models() if not model._meta.proxy}
    assert tables == TOLD.keys() | NOBODYS


def test_the_rows_are_there_and_the_others_are_no_tables() -> None:
    told = {row for row in ROWS for start in TOLD.values() if row.startswith(start)}
    assert {start for start in TOLD.values() if not any(row.startswith(start) for row in ROWS)} == set()
    assert sorted(row.split(",")[0].split(":")[0] for row in set(ROWS) - told) == [
        *("backups", "face photo", "frames and face photo of a live session", "letters", "log lines"),
        *("photos in the studio before the swap is asked for", "photos with several people", "result"),
        *("that a guest of the live page is one person", "which accounts have signed in on a browser"),
    ]
