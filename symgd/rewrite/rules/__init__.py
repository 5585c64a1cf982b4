"""The rewrite rules. They are tried in the order of these imports."""

from symgd.rewrite.rules import algebra  # isort: skip
from symgd.rewrite.rules import choice  # isort: skip
from symgd.rewrite.rules import functions  # isort: skip
from symgd.rewrite.rules import tails  # isort: skip
from symgd.rewrite.rules import stability  # isort: skip
from symgd.rewrite.rules import norms  # isort: skip
from symgd.rewrite.rules import quotients  # isort: skip
from symgd.rewrite.rules import kinks  # isort: skip
from symgd.rewrite.rules import contraction  # isort: skip
from symgd.rewrite.rules import recognition  # isort: skip

__all__ = [
    "algebra",
    "choice",
    "contraction",
    "functions",
    "kinks",
    "norms",
    "quotients",
    "recognition",
    "stability",
    "tails",
]
