"""``symgd check module.py``: functions that are tied to formulas are judged."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import click

from symgd.checking.judgement import Verdict
from symgd.errors import DataError, SymgdError, shown
from symgd.files import shown_path
from symgd.tools.commands.command import BAD_INPUT, FINE, NEGATIVE, UNDECIDED, Command, versioned_json
from symgd.tools.streams import say

__all__ = ["check_module"]

_CODES = {"ERROR": BAD_INPUT, "WRONG": NEGATIVE, "UNSURE": UNDECIDED}
"""Of several checks, the gravest outcome."""


@click.command("check-module", cls=Command, hidden=True)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--quiet", is_flag=True, help="Print what is not right only.")
def check_module(paths: tuple[Path, ...], as_json: bool, quiet: bool) -> int:
    """Verify the functions of modules that are decorated with @symgd.verified.

    The modules are imported, hence executed. The exit code is 0 only where every function was judged and is right.
    """
    from symgd.tools.module_check import judged
    from symgd.tools.module_loader import ModuleLoader

    rows: list[dict[str, object]] = []
    loader = ModuleLoader()
    first_paths: dict[str, Path] = {}
    for path in paths:
        other = first_paths.setdefault(os.path.realpath(path), path)
        if other is not path:
            say(f"{shown_path(path)} is given twice, and checked once: it is {shown_path(other)}", is_error=True)
            continue
        try:
            checked = judged(path, functools.partial(say, is_error=True), loader)
            if not checked:
                raise DataError(
                    f"{shown_path(path)} registers no function", hint="decorate one: @symgd.verified(formula, wrt=…)"
                )
        except DataError as error:
            if len(paths) == 1:
                raise
            rows.append({"file": str(path), "verdict": "ERROR", "error": {"kind": "DataError", "message": str(error)}})
            if not as_json:
                say(f"{shown_path(path)}: ERROR\n  DataError: {error}")
            continue
        for entry, word, check in checked:
            row = {"file": str(path), "line": entry.place[1], "function": entry.name, "what": word.lower()}
            if isinstance(check, BaseException):
                kind, message = type(check).__name__, str(check) if isinstance(check, SymgdError) else shown(check, 200)
                row |= {"verdict": "ERROR", "error": {"kind": kind, "message": message}}
                text = f"{kind}: {message}" if message else kind
            else:
                row |= check.to_dict() if as_json else {"verdict": str(check.verdict)}
                text = "" if check.verdict in (Verdict.RIGHT, Verdict.KINK) else f"of {entry.formula}\n{check.explain()}"
            rows.append(row)
            if not as_json and (text or not quiet):
                head = f"{shown_path(path)}:{entry.place[1]}: {entry.name}: {row['what']} {row['verdict']}"
                say("\n  ".join([head, *text.splitlines()]))
    if as_json:
        say(versioned_json({"checks": rows}))
    verdicts = {row["verdict"] for row in rows}
    return next((code for word, code in _CODES.items() if word in verdicts), FINE)
