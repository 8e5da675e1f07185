from django.db import migrations, models


class Migration(migrations.Migration):
    """The rows count for a minute or two, so they are not converted."""

    dependencies = [
        ("accounts", "0003_retention_letters_and_key_use"),
    ]

    operations = [
        migrations.DeleteModel("RateWindow"),
        migrations.CreateModel(
            name="RateWindow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=100, unique=True)),
                ("ends", models.BigIntegerField(db_index=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("earlier", models.PositiveIntegerField(default=0)),
            ],
        ),
    ]
