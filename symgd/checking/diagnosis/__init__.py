"""Say what is wrong with a claimed derivative: the single fault that explains the difference."""
