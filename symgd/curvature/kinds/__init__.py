"""Kinds beside convexity: quasiconvex, quasiconcave, log-convex and log-concave."""
