"""What is checked, what came out, and the one table of it."""
import dataclasses
import json
import textwrap

MET, MISSED, SKIPPED, FAILED = "met", "missed", "skipped", "failed"


class Skip(Exception):
    """A check that cannot be made here; says why."""


class Fail(Exception):
    """Something that must work did not; says what."""


@dataclasses.dataclass(frozen=True)
class Check:
    name: str
    aim: str


@dataclasses.dataclass(frozen=True)
class Outcome:
    figure: str
    met: bool
    why: str = ""


@dataclasses.dataclass(frozen=True)
class Step:
    """Checks that one run answers. `run(bench)` gives an Outcome for each, or raises Skip or Fail."""
    name: str
    checks: tuple
    run: object
    wants_card: bool = True


@dataclasses.dataclass(frozen=True)
class Row:
    step: str
    check: str
    figure: str
    aim: str
    verdict: str
    why: str


def rows_of(step, bench):
    def all_of(verdict, why):
        return [Row(step.name, check.name, "-", check.aim, verdict, why) for check in step.checks]

    try:
        outcomes = step.run(bench)
    except Skip as skip:
        return all_of(SKIPPED, str(skip))
    except Fail as fail:
        return all_of(FAILED, str(fail))
    except (KeyError, TypeError, ValueError, OSError) as error:
        return all_of(FAILED, f"not understood: {type(error).__name__}: {error}")
    return [Row(step.name, check.name, outcome.figure, check.aim, MET if outcome.met else MISSED,
                outcome.why) for check, outcome in zip(step.checks, outcomes, strict=True)]


def text_of(rows):
    """A line for each row; why, where there is something to say, below it."""
    cells = [("check", "figure", "aim", "verdict")]
    cells += [(row.check, row.figure, row.aim, row.verdict) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    lines = []
    for line, row in zip(cells, [None, *rows]):
        lines.append("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
        if row and row.why:
            lines += textwrap.wrap(row.why, 100, initial_indent="    ", subsequent_indent="    ")
    lines.insert(1, "-" * (sum(widths) + 6))
    counts = {verdict: sum(row.verdict == verdict for row in rows)
              for verdict in (MET, MISSED, SKIPPED, FAILED)}
    lines.append(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return "\n".join(lines)


def write_json(path, machine, rows, measured):
    document = {**machine, "checks": [dataclasses.asdict(row) for row in rows], "measured": measured}
    path.write_text(json.dumps(document, indent=1) + "\n")
