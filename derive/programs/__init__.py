"""Formulas as programs that hold in floating point.

    stable      functions without cancellation (log1p(x) − x, log-gamma less Stirling's part, ...), as SymPy functions
    helpers     how they are computed where a language has no such function
    rewriting   a formula in differences of its inputs
    remainder   KL(p‖q) near p = q as the integral remainder of Taylor's formula
    program     inputs, branches and statements: what a target prints
    grid        where accuracy is measured, and accuracy: against how many digits
    targets     one printer for each language

A room knows only the rooms above it in this list.
"""
