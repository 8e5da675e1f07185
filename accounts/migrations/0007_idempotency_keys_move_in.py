import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("swaps", "0011_outcomes_in_any_language"),
        ("accounts", "0006_closed_accounts"),
    ]

    # The tables stay as they are, under the names they were made with: only Django's picture of them changes.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="IdempotencyKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=255)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("body", models.JSONField(null=True)),
                        ("location", models.CharField(blank=True, max_length=300)),
                        ("created", models.DateTimeField(auto_now_add=True, db_index=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="idempotency_keys",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "swaps_idempotencykey",
                        "constraints": [models.UniqueConstraint(fields=("owner", "key"), name="one_answer_a_key")],
                    },
                ),
            ],
        ),
    ]
