"""More ways in which a declaration comes in."""

from django.db import migrations, models

CHANNELS = [
    ("PAGE", "own phone or computer"),
    ("API", "application"),
    ("CLERK", "entered by the unit"),
    ("LIST_BY_PHONE", "told by telephone"),
    ("PAPER", "paper sheet"),
    ("KIOSK", "shared device"),
    ("AT_GATE", "entered at the gate"),
    ("PC_COVID", "PC-Covid"),
]


class Migration(migrations.Migration):
    dependencies = [("screening", "0003_declaration_correction")]

    operations = [
        migrations.AlterField(
            model_name="declaration",
            name="channel",
            field=models.CharField(choices=CHANNELS, max_length=20),
        ),
    ]
