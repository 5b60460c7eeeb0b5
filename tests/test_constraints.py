"""The database holds its rules by itself: raw SQL that breaks one is refused."""

import re
from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.fields.data import CharEnumFieldInstance

from domain.transitions import CHECK_IN, ENROLLMENT, MATCH, PROGRAM, REPORT
from tests.broken_rules import broken_by, laid_out
from tests.violations import VIOLATIONS

pytestmark = pytest.mark.anyio

RULES = [
    import_module(f"models.migrations.{name}")
    for name in ("0002_rules", "0004_check_in_rules", "0005_safety_rules")
]
IMPLIED = {"enrollments_identity", "messages_identity", "check_ins_identity"}
"""Keys that hold the primary key, so that no row can break them; foreign keys point at them."""
TRIGGERS = {
    "matches_hold_places": None,
    "matches_same_two": "matches_same_two",
    "enrollments_have_places": "enrollments_open_place",
    "programs_transition": "programs_transition",
    "enrollments_transition": "enrollments_transition",
    "matches_transition": "matches_transition",
    "matches_have_schedules": None,
    "check_ins_transition": "check_ins_transition",
    "sessions_user_present": "sessions_user_present",
    "group_members_user_present": "group_members_user_present",
    "enrollments_user_present": "enrollments_user_present",
    "matches_remember": None,
    "matches_not_blocked": "matches_not_blocked",
    "blocks_without_match": "blocks_without_match",
    "report_evidence_fixed": "report_evidence_fixed",
    "reports_fixed": "reports_fixed",
    "reports_transition": "reports_transition",
}
"""The name under which each trigger refuses; None: it only keeps something."""


@pytest.fixture
async def world(database: Any) -> AsyncIterator[Any]:
    async with laid_out() as connection:
        yield connection


async def test_every_rule_refuses_what_breaks_it(world: Any) -> None:
    refused = {name: await broken_by(world, VIOLATIONS[name]) for name in VIOLATIONS}

    assert refused == {name: name for name in VIOLATIONS}


async def test_every_rule_of_the_database_has_a_statement_that_breaks_it(world: Any) -> None:
    # given every check, key and unique index there is, and what triggers refuse
    held = await world.fetch(
        """SELECT conname AS name FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u', 'x')
             AND conrelid::regclass::text <> 'tortoise_migrations'
           UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
           WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace
             AND i.indrelid::regclass::text <> 'tortoise_migrations'"""
    )
    triggers = await world.fetch("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    composite = {
        f"{table}_{name}"
        for rules in RULES
        for table, named in getattr(rules, "REFERENCES", {}).items()
        for name in named
    }

    # then each has its statement, and no statement is about a rule that is gone
    assert {row["tgname"] for row in triggers} == set(TRIGGERS)
    names = {row["name"] for row in held} | composite | {n for n in TRIGGERS.values() if n}
    assert names - IMPLIED == set(VIOLATIONS)


async def test_every_rule_that_is_written_down_has_reached_the_database(world: Any) -> None:
    written = {
        f"{table}_{name}"
        for migration in RULES
        for rules in (migration.CHECKS, migration.KEYS, getattr(migration, "REFERENCES", {}))
        for table, named in rules.items()
        for name in named
    }
    rows = await world.fetch("SELECT conname FROM pg_constraint WHERE convalidated AND conenforced")

    assert written - {row["conname"] for row in rows} == set()


async def test_every_foreign_key_refuses_a_row_that_points_nowhere(world: Any) -> None:
    # given every reference from one column to a table, and a row whose place nobody else refers to
    keys = await world.fetch(
        """SELECT conname, conrelid::regclass::text AS place, attname, confdeltype::text AS deleting
           FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
           WHERE contype = 'f' AND cardinality(conkey) = 1"""
    )
    assert len(keys) > 20

    # when it is made to point nowhere, then it is refused
    unheld = {key["conname"] for key in keys if not await refuses_nowhere(world, key)}
    assert unheld == set()

    # and nothing others point at can be deleted, but for sessions, whose tokens go with them, and
    # reports, with all that is kept of the case
    assert {key["place"] for key in keys if key["deleting"] == "c"} == {
        *("refresh_tokens", "report_evidence", "report_parties", "report_resolutions")
    }
    assert {key["deleting"] for key in keys} == {"r", "c"}


async def refuses_nowhere(connection: Any, key: Any) -> bool:
    rows = await connection.fetch(f"SELECT ctid FROM {key['place']}")
    for row in rows:
        statement = f"""ALTER TABLE {key["place"]} DISABLE TRIGGER USER;
                        UPDATE {key["place"]} SET {key["attname"]} = gen_random_uuid()
                        WHERE ctid = '({row["ctid"][0]},{row["ctid"][1]})'"""
        if await broken_by(connection, statement) == key["conname"]:
            return True
    return False


async def test_the_database_knows_the_same_values_of_each_enumeration_as_the_code(
    world: Any,
) -> None:
    # given the checks on one column that list what it may hold
    rows = await world.fetch(
        """SELECT conrelid::regclass::text AS place, attname, pg_get_constraintdef(c.oid) AS rule
           FROM pg_constraint c JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
           WHERE contype = 'c' AND cardinality(conkey) = 1 AND conname LIKE '%known'"""
    )
    listed = {
        (row["place"], row["attname"]): set(re.findall(r"'([A-Z_]+)'", row["rule"])) for row in rows
    }

    # then they list what the code calls it
    enumerations = {
        (model._meta.db_table, name): set(field.enum_type)
        for model in (Tortoise.apps or {})["models"].values()
        for name, field in model._meta.fields_map.items()
        if isinstance(field, CharEnumFieldInstance)
    }
    for place in ("mentor_role", "mentee_role"):
        del enumerations["matches", place]  # each is always the same
    del enumerations["matches", "frozen_from"]  # held by `frozen_from`, with the status
    del enumerations["message_changes", "kind"]  # part of `shape`; ADDED is never stored
    assert listed == enumerations


@pytest.mark.parametrize("table", ["programs", "enrollments", "matches", "check_ins", "reports"])
async def test_the_database_allows_the_same_transitions_as_the_rules(
    world: Any, table: str
) -> None:
    rules: dict[str, Any] = {
        "programs": PROGRAM,
        "enrollments": ENROLLMENT,
        "matches": MATCH,
        "check_ins": CHECK_IN,
        "reports": REPORT,
    }
    by_rule = {
        f"{before}>{after}" for (before, _), after in rules[table].items() if after != before
    }
    arguments = await world.fetchval(
        "SELECT tgargs FROM pg_trigger WHERE tgname = $1", f"{table}_transition"
    )

    assert set(arguments.decode().split("\0")) - {""} == by_rule
