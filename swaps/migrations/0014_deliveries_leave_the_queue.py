from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("swaps", "0013_operators_engines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CallbackHost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=255)),
                ("timeouts", models.PositiveIntegerField(default=0)),
                ("open_until", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE,
                        related_name="callback_hosts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="callbackhost",
            constraint=models.UniqueConstraint(fields=("owner", "host"), name="callback_host_of_an_account"),
        ),
        migrations.RemoveIndex(model_name="webhookdelivery", name="swaps_webho_state_7e3168_idx"),
        # The column itself stays, empty, until the version after: processes of the version before still write it.
        migrations.AlterField("webhookdelivery", "enqueue_at", models.DateTimeField(null=True)),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("webhookdelivery", "enqueue_at")]),
        migrations.AddField("webhookdelivery", "lease_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["state", "next_try"], name="swaps_webho_state_816d54_idx"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("lease_until__isnull", False)), fields=["lease_until"], name="deliveries_under_way"
            ),
        ),
        migrations.AddIndex(
            model_name="swapjob",
            index=models.Index(condition=models.Q(("letter_wanted", True)), fields=["status"], name="letters_to_write"),
        ),
    ]
