"""Rules with reasons, and the driver that applies them. Importing this package fills the rule book."""

from symgd.simplify import rules_algebra, rules_contraction, rules_recognise

__all__ = ["rules_algebra", "rules_contraction", "rules_recognise"]
