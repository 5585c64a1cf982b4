r"""The table of what every command of the notation reads; a new command is one row in the table of its module."""

from __future__ import annotations

from symgd.readers.latex.big_operators import BIG_OPERATORS
from symgd.readers.latex.brackets import BRACKETS, NORMS
from symgd.readers.latex.environments import ENVIRONMENTS
from symgd.readers.latex.fractions import FRACTIONS
from symgd.readers.latex.functions import FUNCTION_COMMANDS
from symgd.readers.latex.parser import Commands
from symgd.readers.latex.scripts import with_scripts

__all__ = ["COMMANDS"]

COMMANDS = Commands(
    factors={**BIG_OPERATORS, **FUNCTION_COMMANDS, **NORMS},
    atoms={**BRACKETS, **ENVIRONMENTS, **FRACTIONS},
    scripts=with_scripts,
)
"""The commands of formulas in LaTeX."""
