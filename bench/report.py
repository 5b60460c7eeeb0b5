"""What a run prints."""

from collections.abc import Iterator, Sequence

from bench.events import Delivered
from bench.rounds import Measured, Row, Slot, median

_HEAD = f"""
{"":15} {"":>5}  {"ours / floor":^18} {"req/s":^11}  {"p50 ms":^11}  {"p99 ms":^11}  \
{"CPU s / 1,000 (+PostgreSQL)":^33}  {"floor"}
{"operation":15} {"conns":>5}  {"median  min..max":^18} {"ours":>5} {"floor":>5}  \
{"ours":>5} {"floor":>5}  {"ours":>5} {"floor":>5}  {"ours":^13} {"floor":^13} \
{"times":>5}  max/min"""


def report(measured: Measured, took: float) -> str:
    """The table, and under it whether one may believe it."""
    lines = [_HEAD, *(_line(measured, row) for row in measured.slots)] if measured.slots else []
    walked = [row for row in measured.slots if measured.of("walked", row)]
    lines += ["", *(_compiled(measured, row) for row in walked)]
    if measured.memory:
        megabytes = (f"{name} {bytes / 2**20:.0f}" for name, bytes in measured.memory.items())
        lines += ["", f"memory after all rounds, MB: {', '.join(megabytes)}"]
    lines += ["", *_all_events(measured.events)]
    lines += ["", *_notes(measured, took)]
    return "\n".join(lines)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all lies below or at."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def _line(measured: Measured, row: Row) -> str:
    name, connections = row
    ours, floor = measured.of("ours", row), measured.of("floor", row)
    ratios = measured.ratios(row) or [float("nan")]
    speeds = [slot.per_second for slot in floor] or [float("nan")]
    columns = [
        f"{name:15} {connections:>5}",
        f"{median(ratios):>6.2f}  {min(ratios):.2f}..{max(ratios):.2f}",
        f"{_median(ours, 'per_second'):>6.0f} {_median(floor, 'per_second'):>5.0f}",
        f"{_latency(ours, 0.5):>5.1f} {_latency(floor, 0.5):>5.1f}",
        f"{_latency(ours, 0.99):>5.0f} {_latency(floor, 0.99):>5.0f}",
        f"{_cpu(ours)} {_cpu(floor)} {_median(ours, 'cpu') / _median(floor, 'cpu'):>5.1f}",
        f"{max(speeds) / min(speeds):.2f}",
    ]
    return "  ".join(columns)


def _compiled(measured: Measured, row: Row) -> str:
    name, connections = row
    ratios = measured.ratios(row, "walked") or [float("nan")]
    cpu = _median(measured.of("walked", row), "cpu") / _median(measured.of("ours", row), "cpu")
    return (
        f"{name:15} {connections:>5}  ours / executor off: {median(ratios):.2f}  "
        f"{min(ratios):.2f}..{max(ratios):.2f}; CPU {cpu:.1f} times less"
    )


def _all_events(events: Sequence[tuple[str, Delivered]]) -> Iterator[str]:
    """The memory of the first pace only: later ones fill the room of those who have left."""
    met: set[str] = set()
    for name, found in events:
        idle = "" if name in met else f", {found.kilobytes:.0f} kB each when idle"
        met.add(name)
        yield _events(name, found, idle)


def _events(name: str, events: Delivered, idle: str) -> str:
    pace = events.pace
    count = len(events.seconds) or 1
    milliseconds = [second * 1000 for second in events.seconds]
    return (
        f"S1 {name:5} {2 * pace.pairs} subscribers, {2 * events.per_second:.0f} deliveries/s "
        f"(asked {2 * pace.per_second:.0f}): "
        f"p50 {percentile(milliseconds, 0.5):.1f} ms, p99 {percentile(milliseconds, 0.99):.1f} ms, "
        f"{events.cpu / count * 1e6:.0f} µs CPU each{idle}; "
        f"lost {events.lost}, twice {events.twice}"
    )


def _notes(measured: Measured, took: float) -> list[str]:
    notes = []
    if measured.compared is not None:
        different = measured.compared.different
        notes.append(f"same answers: {measured.compared.same}, different: {len(different)}")
        notes += different[:3]
    notes += [f"BAD ANSWER {bad}" for bad in measured.bad[:3]]
    rounds = max((len(each.get("floor", ())) for each in measured.slots.values()), default=0)
    others = "an unknown number of" if measured.others is None else f"{measured.others:.2f}"
    notes.append(f"noise: others kept {others} cores busy; {rounds} rounds; {took:.0f} s in all")
    return notes


def _median(slots: list[Slot], name: str) -> float:
    return median([getattr(slot, name) for slot in slots])


def _latency(slots: list[Slot], share: float) -> float:
    return percentile([second for slot in slots for second in slot.seconds], share) * 1000


def _cpu(slots: list[Slot]) -> str:
    return f"{_median(slots, 'cpu'):>5.2f} (+{_median(slots, 'postgres_cpu'):.2f})"
