from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_turns_at_the_workers"),
        ("swaps", "0014_deliveries_leave_the_queue"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountTurn",
            fields=[
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ended", models.DateTimeField(null=True)),
                ("started", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
    ]
