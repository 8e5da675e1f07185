from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_idempotency_keys_move_in"),
        ("recognition", "0004_photos_move_in"),
        ("swaps", "0011_outcomes_in_any_language"),
    ]

    # The tables stay as they are, under the names they were made with: only Django's picture of them changes.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(
                    model_name="foundphoto",
                    name="owner",
                ),
                migrations.RemoveField(
                    model_name="idempotencykey",
                    name="owner",
                ),
                migrations.DeleteModel(
                    name="IncomingFiles",
                ),
                migrations.DeleteModel(
                    name="FoundPhoto",
                ),
                migrations.DeleteModel(
                    name="IdempotencyKey",
                ),
            ],
        ),
    ]
