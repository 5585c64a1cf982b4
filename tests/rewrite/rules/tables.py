"""What a row of a table of rewritings says: a formula, its shorter form, and the reason that a reader is told."""

from __future__ import annotations

import symgd as sg
from symgd.rewrite.driver import simplify
from symgd.rewrite.rule import EXAMPLE_SHAPES
from tests.formulas import declared

POSITIVE = {"positive": True}
"""What is known of x in a row of a table of rewritings that need it."""


def rewritten(text, purpose="people", **facts):
    """Return a formula as it is rewritten, and the reasons of the steps."""
    formula = sg.formula(text, shapes=declared(EXAMPLE_SHAPES, text), facts=facts)
    (root,), steps = simplify([formula], purpose=purpose)
    return str(root), [step.because for step in steps]
