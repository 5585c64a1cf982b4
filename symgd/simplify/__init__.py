"""Rules with reasons, and the driver that applies them. Rules are tried in the order of these imports."""

from symgd.simplify import rules_algebra  # isort: skip
from symgd.simplify import rules_choice  # isort: skip
from symgd.simplify import rules_functions  # isort: skip
from symgd.simplify import rules_tails  # isort: skip
from symgd.simplify import rules_stable  # isort: skip
from symgd.simplify import rules_norms  # isort: skip
from symgd.simplify import rules_quotients  # isort: skip
from symgd.simplify import rules_kinks  # isort: skip
from symgd.simplify import rules_contraction  # isort: skip
from symgd.simplify import rules_recognise  # isort: skip

__all__ = [
    "rules_algebra",
    "rules_choice",
    "rules_contraction",
    "rules_functions",
    "rules_kinks",
    "rules_norms",
    "rules_quotients",
    "rules_recognise",
    "rules_stable",
    "rules_tails",
]
