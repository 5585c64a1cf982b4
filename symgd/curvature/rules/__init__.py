"""The composition theorem and what goes beyond it, for formulas with kinks and for all sizes at once."""
