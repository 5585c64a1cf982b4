"""The steps, told: text, LaTeX, HTML."""
