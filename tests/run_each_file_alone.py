"""Runs each test file in a process of its own, its tests in a random order: none needs what another one imports or leaves.

``python -m tests.run_each_file_alone`` runs all files of ``tests``; ``--count 10 --seed 3`` runs ten that the seed draws, and
shuffles the tests of each by it. Paths, of files and folders, choose other files: ``symgd`` has the examples of the modules.
The seed is printed, and a command that repeats what failed.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom

ROOT = Path(__file__).parents[1]
_NOTHING_COLLECTED = 5
"""pytest's exit code where a file has no tests, or none that its options select."""
_SHOWN_LINES = 40


@dataclass(frozen=True)
class Outcome:
    """What came of one file."""

    command: str
    code: int | None
    seconds: float
    output: str

    @property
    def is_passed(self) -> bool:
        """Whether no test failed."""
        return self.code in (0, _NOTHING_COLLECTED)

    def __str__(self) -> str:
        lines = [line for line in self.output.splitlines() if line.strip()]
        word = "passed" if self.is_passed else "took too long" if self.code is None else "FAILED"
        counts = next((line for line in reversed(lines) if " in " in line and line[:1].isdigit()), "")
        return f"{word:13} {self.seconds:6.1f} s  {self.command}  {counts}"


def files_below(paths: Sequence[Path]) -> list[Path]:
    """Return the test files among paths and in their folders; elsewhere than in ``tests``, every module."""
    found: dict[Path, None] = {}
    for path in paths:
        path = path.resolve()
        if not path.exists():
            raise SystemExit(f"there is no {path}")
        is_of_tests = path.is_relative_to(ROOT / "tests")
        below = [path] if path.is_file() else sorted(path.rglob("test_*.py" if is_of_tests else "*.py"))
        found.update(dict.fromkeys(below))
    return list(found)


def drawn(files: Sequence[Path], count: int | None, random: Random) -> list[Path]:
    """Return so many files, or all of them, in a random order."""
    return random.sample(list(files), len(files) if count is None else min(count, len(files)))


def run_alone(file: Path, seed: int, seconds: float, options: Sequence[str]) -> Outcome:
    """Run one file in a process of its own, with its tests in the order that a seed gives."""
    shuffled = [f"--shuffle-seed={seed}"] if file.is_relative_to(ROOT / "tests") else []  # an option of the tests' own
    arguments = ["-q", "-x", *shuffled, *options, os.path.relpath(file, ROOT)]
    command = shlex.join(["python", "-m", "pytest", *arguments])
    start = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=ROOT,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except subprocess.TimeoutExpired as error:
        return Outcome(command, None, time.monotonic() - start, (error.stdout or b"").decode(errors="replace"))
    return Outcome(command, done.returncode, time.monotonic() - start, done.stdout.decode(errors="replace"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the files, print what comes of each, and return 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.run_each_file_alone", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT / "tests"], help="files and folders; tests without any")
    parser.add_argument("--count", type=int, help="how many files are drawn; all without it")
    parser.add_argument("--seed", type=int, help="draws the files, and shuffles their tests; a random one without it")
    parser.add_argument("--jobs", type=int, default=1, help="how many files run at once")
    parser.add_argument("--seconds", type=float, default=1800, help="how long a file may take")
    parser.add_argument("--study", action="store_true", help="run the long studies too")
    given = parser.parse_args(arguments)
    seed = SystemRandom().randrange(2**32) if given.seed is None else given.seed
    options = ["-m", ""] if given.study else []
    files = drawn(files_below(given.paths), given.count, Random(seed))
    print(f"{len(files)} files, --seed {seed}", flush=True)
    failed: list[Outcome] = []
    with ThreadPoolExecutor(max(1, given.jobs)) as pool:
        for outcome in pool.map(lambda file: run_alone(file, seed, given.seconds, options), files):
            print(outcome, flush=True)
            if not outcome.is_passed:
                failed.append(outcome)
                print(*("    " + line for line in outcome.output.splitlines()[-_SHOWN_LINES:]), sep="\n", flush=True)
    print(f"{len(files) - len(failed)} passed alone, {len(failed)} failed")
    for outcome in failed:
        print(f"  {outcome.command}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
