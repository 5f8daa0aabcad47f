"""Formulas as programs that hold in floating point.

    stable      functions without cancellation (log1p(x) − x, log-gamma less Stirling's part, ...), as SymPy functions
    helpers     how they are computed where a language has no such function
    masks       choices over arrays, each side evaluated where it is taken
    steps       differences of inputs
    logs        the logs of a formula, split and gathered
    choice      which way to write them cancels least
    rewriting   a formula in differences of its inputs
    growth      differences of exponentials, and logs of logs, by (e^x − 1)/x
    remainder   KL(p‖q) near p = q as the integral remainder of Taylor's formula
    program     inputs, branches and statements: what a target prints
    grid        where accuracy is measured, and accuracy: against how many digits
    printing    expressions in a language; dialects: what each language calls things
    targets     whole functions and files
    code        the program that measurement chooses; module: all of them; commands: the command line

A room knows only the rooms above it in this list (accuracy and grid stand before code, which measures).
"""
