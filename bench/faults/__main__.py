"""Runs one kind of fault, on this machine, in directories of its own that are gone afterwards."""

import argparse
import asyncio

from bench.faults.attacked import attacked
from bench.faults.broker import broker
from bench.faults.database import database
from bench.faults.idle import idle
from bench.faults.kills import kills
from bench.faults.soak import soak
from bench.faults.stop import stop
from bench.faults.stuck import stuck

FAULTS = {one.__name__: one for one in (kills, broker, database, stuck, idle, stop, soak, attacked)}

parser = argparse.ArgumentParser("python -m bench.faults")
parser.add_argument("fault", choices=FAULTS)
parser.add_argument("--part", type=float, default=1.0, help="of the whole length")
given = parser.parse_args()
asyncio.run(FAULTS[given.fault](given.part))
