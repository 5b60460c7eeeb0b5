"""What faults cost: `python -m bench.faults FAULT`; the bench's README says more."""
