"""Run the fuzzers: ``python -m tests.fuzz [NAME ...] --seed S --count N [--minutes M] [--json]``."""

from __future__ import annotations

import argparse
import faulthandler
import json
import resource
import sys

from tests.fuzz.fuzzers import FUZZERS
from tests.fuzz.outcome import Outcome, Verdict
from tests.fuzz.runner import Summary, run

SHOWN = 3
"""How many findings of one origin are printed in full."""

MEMORY = 8 * 2**30
"""Bytes that the program may take, so that a case that takes too much harms nobody else."""


def main(words: list[str] | None = None) -> int:
    """Run the named fuzzers, print what they find; 1 where something was found."""
    options = _options(words)
    summaries = [
        run(
            name, FUZZERS[name], options.seed, options.count,
            start=options.start, minutes=options.minutes, report=_progress(name, options),
        )
        for name in options.names or FUZZERS
    ]  # fmt: skip
    if options.json:
        print(json.dumps([summary.to_dict() for summary in summaries], indent=1))
    else:
        _print_findings(summaries)
        _print_table(summaries)
    return int(any(summary.findings for summary in summaries))


def _options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz symgd; exit 1 where something is found.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FUZZERS)}; all without it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=200, help="cases of each fuzzer")
    parser.add_argument("--start", type=int, default=0, help="number of the first case: repeats one finding with --count 1")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="for each fuzzer")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    options = parser.parse_args(words)
    for name in options.names:
        if name not in FUZZERS:
            parser.error(f"no fuzzer is called {name}; there are {', '.join(FUZZERS)}")
    return options


def _progress(name: str, options: argparse.Namespace):
    def report(index: int, outcome: Outcome) -> None:
        if outcome.verdict is Verdict.FOUND:
            print(
                f"{name} {index}: {outcome.origin}: {outcome.text[:300]} -> {outcome.detail[:300]}", file=sys.stderr, flush=True
            )
        elif (index + 1) % 100 == 0:
            print(f"{name} {index + 1}", file=sys.stderr, flush=True)

    return (lambda index, outcome: None) if options.quiet else report


def _print_findings(summaries: list[Summary]) -> None:
    for summary in summaries:
        for origin, members in summary.groups().items():
            print(f"\n{summary.name}: {origin} ({len(members)} times)")
            for index, outcome in members[:SHOWN]:
                print(f"  {outcome.text}\n    {outcome.detail}")
                print(f"    python -m tests.fuzz {summary.name} --seed {summary.seed} --start {index} --count 1")


def _print_table(summaries: list[Summary]) -> None:
    rows = [summary.row() for summary in summaries]
    print("\n" + "  ".join(f"{name:>11}" for name in rows[0]))
    for row in rows:
        print("  ".join(f"{value!s:>11}" for value in row.values()))


if __name__ == "__main__":
    faulthandler.enable()  # a call that ends the interpreter is named
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.exit(main())
