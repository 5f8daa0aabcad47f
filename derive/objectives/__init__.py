"""What is learned, and by which objective: losses, links, likelihood, projections, floating point, code length."""
