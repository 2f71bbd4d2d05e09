"""Measurements against the promises of the design, side by side with peers in one run, printed as ratios."""
