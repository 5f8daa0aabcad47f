"""Formulas as programs that hold in floating point.

    reals        whole parameters of gamma functions as real ones
    gauss        rules of quadrature, as functions
    functions    what does not cancel (log1p(x) − x, log-gamma less Stirling's part, ...), as SymPy functions and how they are computed
    exponentials exponentials and powers that neither overflow nor cancel
    logs         the logs of a formula, split and gathered
    rests        special functions as an elementary part and such a function
    specials     those that no language has, by functions
    growth       differences of exponentials, and logs of logs, by (e^x − 1)/x
    frames       the location and the scale of a law
    steps        differences of inputs
    choice       which way to write them cancels least
    rewriting    a formula in differences of its inputs
    remainder    KL(p‖q) near p = q as the integral remainder of Taylor's formula
    ends         q itself where a difference has lost it
    finishing    what rounds less, one expression at a time
    program      inputs, branches and statements: what a target prints
    switches     two ways to compute a value in one program
    rounding     how far a value may be from what it should be, as statements beside it
    letters      members at numbers, or of one another's families, as any two members of one family
    sums         what one category adds, where the inputs are vectors; totals: functions of vectors in every language
    forms        the ways to write a formula as a program
    logscale     a positive law by the logarithm of its variable
    nearest      what is left of a normal law on a stretch, from the point that is nearest to its location
    kinks        where densities have kinks, and their branches there
    pieces       a piece of a support, on which they are smooth; cuts: a support in pieces
    tangents     log-ratios without what logs of 1 + w are at small w; ratios: in differences of inputs
    fixed        what is the same at all nodes
    definition   a formula by quadrature of what it is
    reserve      the definition, where the terms of a closed formula cancel and nothing else helps
    nans         which inputs a value forgets where they are nan
    printing     expressions in a language; dialects: what each language calls things
    masks        choices over arrays, each side evaluated where it is taken
    layouts      heads, ends and preludes of files
    targets      whole functions and files
    grid         where accuracy is measured; accuracy: against how many digits
    code         the program that measurement chooses; module: all of them

A room knows only the rooms above it in this list.
"""
