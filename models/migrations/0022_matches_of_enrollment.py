"""What came of an enrollment is listed in order, from wherever a page begins."""

from tortoise import migrations
from tortoise.migrations import operations as ops

INDEXES = [
    statement
    for role in ("mentor", "mentee")
    for statement in (
        f"DROP INDEX matches_of_{role}_enrollment",
        f"CREATE INDEX matches_of_{role}_enrollment ON matches ({role}_enrollment_id, id)",
    )
]


class Migration(migrations.Migration):
    dependencies = [("models", "0021_signs_found")]

    operations = [ops.RunSQL(INDEXES)]
