"""The guest is told by a column. The row that earlier versions made under the name `guest` is taken over."""

from django.contrib.auth.hashers import is_password_usable
from django.core.management.base import CommandError
from django.db import migrations, models
from django.db.models import Q

NAME = "(guest)"
REFUSAL = (
    "The account named “guest” is somebody's own: {why}. Earlier versions let everyone's requests without a key run on "
    "it, so whose photos lie in it is for you to decide. No account was changed. With the version that you come from, open "
    "it on /admin/accounts/user/{pk}/change/ and give it another user name, or delete it, and run this again. Where it "
    "holds the known faces for OPEN_ACCESS, set OPEN_ACCESS_ACCOUNT to its new name."
)


def take_over(apps, schema_editor):
    """Mark the row that the site made itself, with all that belongs to it; refuse where a person has the name."""
    accounts = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    guest = accounts.filter(username="guest").first()
    if guest is None:
        return
    signs = {
        "it has a password": is_password_usable(guest.password),
        "it has an e-mail address": bool(guest.email),
        "it has API keys": guest.api_keys.exists(),
        "it has signed in": guest.last_login is not None,
        "it is an administrator's": guest.is_staff or guest.is_superuser,
    }
    why = ", ".join(sign for sign, there in signs.items() if there)
    if why:
        raise CommandError(REFUSAL.format(why=why, pk=guest.pk))
    guest.is_guest, guest.username = True, NAME
    guest.save(update_fields=["is_guest", "username"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_rate_windows_of_any_length")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_guest",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(condition=Q(is_guest=True), fields=("is_guest",), name="one_guest"),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop, elidable=True),
    ]
