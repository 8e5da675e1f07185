from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_sign_up_by_invitation")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="turn_weight",
            field=models.PositiveSmallIntegerField(
                db_default=1,
                default=1,
                validators=[MinValueValidator(1), MaxValueValidator(100)],
                verbose_name="swaps in a turn",
            ),
        ),
    ]
