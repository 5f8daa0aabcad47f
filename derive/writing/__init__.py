"""How mathematics is written: text, terminals, LaTeX."""
