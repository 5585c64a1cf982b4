"""What the commands share: their class, the options of those on a formula, and their exit codes."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from symgd.files import shown_path
from symgd.tools.json_output import to_json
from symgd.tools.options import read_formula
from symgd.tools.pictures import save_picture
from symgd.tools.streams import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "BAD_INPUT",
    "FINE",
    "INTERRUPTED",
    "NEGATIVE",
    "UNDECIDED",
    "Command",
    "draw",
    "formula_options",
    "refuse_idle",
    "versioned_json",
]

FINE, NEGATIVE, BAD_INPUT, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130


class Command(click.Command):
    """A command whose options are given once, flags too: --check --no-check."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        once = [option for option in order if isinstance(option, click.Option) and not option.multiple]
        for k, option in enumerate(once):
            if option in once[:k]:
                raise click.UsageError(f"{option.opts[-1]} is given twice")
        return super().parse_args(ctx, args)


def refuse_idle(option: str, is_given: bool, reason: str) -> None:
    """Refuse an option that would do nothing."""
    if is_given:
        raise click.UsageError(f"{option} does nothing here: {reason}")


def formula_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options that every command on a formula takes; the command receives the formula they describe."""

    @functools.wraps(function)
    def on_formula(formula: str, shapes: str, facts: str, syntax: Literal["symgd", "latex"], **options: object) -> int:
        return function(formula=read_formula(formula, shapes, facts, syntax), **options)

    command: Callable[..., int] = on_formula
    for option in reversed(
        [
            click.argument("formula"),
            click.option(
                "--wrt", default=None, help="Variable, or several separated by commas; also an entry, A[0, 1], and log l."
            ),
            click.option("--shapes", default="", help='Shapes of the inputs: "X: m n; y: m; w: n". Others are scalars.'),
            click.option("--facts", default="", help='What is known of inputs: "y: one_hot; lam: positive".'),
            click.option("--syntax", type=click.Choice(["symgd", "latex"]), default="symgd", help="The language of FORMULA."),
            click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
            click.option("--quiet", is_flag=True, help="Print the result only."),
        ]
    ):
        command = option(command)
    return command


def versioned_json(data: dict[str, object]) -> str:
    """Return the JSON object that a command prints."""
    return to_json({"version": 1, **data})


def draw(path: Path | None, force: bool, draw_axes: Callable[[], Axes], is_silent: bool) -> dict[str, object]:
    """Draw a picture where one is asked for; return what JSON says of it."""
    if path is None:
        return {}
    with contextlib.suppress(OSError):
        sys.stdout.flush()  # results before pictures
    remark = save_picture(path, force, draw_axes)
    if remark is not None:
        say(remark, is_error=True)
        return {"plot": None}
    if not is_silent:
        say(f"picture: {shown_path(path)}", is_error=True)
    return {"plot": str(path)}
