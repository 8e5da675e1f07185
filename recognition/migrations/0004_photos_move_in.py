import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import recognition.models


class Migration(migrations.Migration):
    dependencies = [
        ("swaps", "0011_outcomes_in_any_language"),
        ("recognition", "0003_accounts_go_after_their_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    # The tables stay as they are, under the names they were made with: only Django's picture of them changes.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="IncomingFiles",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(choices=[("swap", "Swap"), ("found", "Found")], max_length=5)),
                        ("row", models.UUIDField()),
                        ("started", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "db_table": "swaps_incomingfiles",
                    },
                ),
                migrations.CreateModel(
                    name="FoundPhoto",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("photo", models.ImageField(max_length=200, upload_to=recognition.models.found_photo_path)),
                        ("boxes", models.JSONField(default=list)),
                        ("expires", models.DateTimeField(db_index=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="found_photos",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "swaps_foundphoto",
                    },
                ),
            ],
        ),
    ]
