"""Families of shares: densities between 0 and 1 (or two ends), beside the uniform and the beta law.

Order: laws of -log x; laws of the log-odds of x; the rest.
"""

from derive.family import Alias, Family, Param

FAMILIES = [
    Family(  # x has a gamma law for -log x
        name="UnitGamma",
        params=(
            Param("alpha", "positive", "shape of the gamma law of -log x"),
            Param("beta", "positive", "rate of the gamma law of -log x"),
        ),
        support=("0", "1"),
        log_density="alpha*log(beta) - loggamma(alpha) + (beta - 1)*log(x) + (alpha - 1)*log(-log(x))",
        source="Grassia, On a family of distributions with argument between 0 and 1, Aust. J. Stat. 19 (1977)",
        synonyms=("NegativeLogGamma",),
    ),
    Family(  # x has a Weibull law for -log x
        name="UnitWeibull",
        params=(
            Param("alpha", "positive", "weight of the power of -log x"),
            Param("beta", "positive", "shape of the Weibull law of -log x"),
        ),
        support=("0", "1"),
        log_density="log(alpha) + log(beta) - log(x) + (beta - 1)*log(-log(x)) - alpha*(-log(x))**beta",
        source="Mazucheli et al., The unit-Weibull distribution and associated inference,"
        " J. Appl. Probab. Stat. 13 (2018), 1-22",
    ),
    Family(
        name="UnitGompertz",
        params=(Param("alpha", "positive", "shape"), Param("beta", "positive", "shape, power of 1/x")),
        support=("0", "1"),
        log_density="log(alpha) + log(beta) - (beta + 1)*log(x) - alpha*(x**(-beta) - 1)",
        source="Mazucheli, Menezes, Dey, Unit-Gompertz distribution with applications, Statistica 79 (2019), 25-43",
    ),
    Family(  # x/(1 - x) has a Lindley law
        name="UnitLindley",
        params=(Param("theta", "positive", "rate of the Lindley law"),),
        support=("0", "1"),
        log_density="2*log(theta) - log(1 + theta) - 3*log(1 - x) - theta*x/(1 - x)",
        source="Mazucheli, Menezes, Chakraborty, On the one parameter unit-Lindley distribution,"
        " J. Appl. Stat. 46 (2019), 700-714",
    ),
    Family(
        name="LogLindley",
        params=(
            Param("sigma", "positive", "shape, power of x"),
            Param("lamda", "positive", "shape, weight of the power function law"),
        ),
        support=("0", "1"),
        log_density="2*log(sigma) - log(1 + lamda*sigma) + log(lamda - log(x)) + (sigma - 1)*log(x)",
        source="Gomez-Deniz, Sordo, Calderin-Ojeda, The log-Lindley distribution, Insur. Math. Econ. 54 (2014)",
    ),
    Family(  # the log-odds of (x - xi)/lamda are normal
        name="JohnsonSB",
        params=(
            Param("gamma", "real", "shape (skewness; 0: symmetric)"),
            Param("delta", "positive", "shape (more peaked when larger)"),
            Param("xi", "real", "lower end"),
            Param("lamda", "positive", "width"),
        ),
        support=("xi", "xi + lamda"),
        log_density="log(delta) + log(lamda) - log(2*pi)/2 - log(x - xi) - log(xi + lamda - x)"
        " - (gamma + delta*log((x - xi)/(xi + lamda - x)))**2/2",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 12",
        elsewhere={"scipy": ("johnsonsb", {"a": "gamma", "b": "delta", "loc": "xi", "scale": "lamda"})},
        aliases=(
            Alias(
                "LogitNormal",
                (
                    Param("mu", "real", "mean of the log-odds of x"),
                    Param("sigma", "positive", "standard deviation of the log-odds of x"),
                ),
                {"gamma": "-mu/sigma", "delta": "1/sigma", "xi": "0", "lamda": "1"},
                elsewhere={"scipy": ("johnsonsb", {"a": "-mu/sigma", "b": "1/sigma"})},
                synonyms=("LogisticNormal",),
            ),
        ),
    ),
    Family(
        name="Simplex",
        params=(
            Param("mu", "probability", "mean"),
            Param("sigma", "positive", "dispersion"),
        ),
        support=("0", "1"),
        log_density="-log(2*pi)/2 - log(sigma) - 3*log(x)/2 - 3*log(1 - x)/2"
        " - (x - mu)**2/(2*sigma**2*x*(1 - x)*mu**2*(1 - mu)**2)",
        source="Barndorff-Nielsen, Jorgensen, Some parametric models on the simplex, J. Multivar. Anal. 39 (1991)",
    ),
    Family(
        name="TwoSidedPower",
        params=(
            Param("theta", "probability", "mode"),
            Param("n", "positive", "shape, the power plus one (2: triangular)"),
        ),
        support=("0", "1"),
        log_density="log(n) + (n - 1)*Piecewise((log(x) - log(theta), x < theta), (log(1 - x) - log(1 - theta), True))",
        source="Kotz, van Dorp, Beyond Beta (2004), ch. 3",
    ),
    Family(  # the log-odds of x are logistic
        name="RelaxedBernoulli",
        params=(
            Param("tau", "positive", "temperature (the Bernoulli law in the limit 0)"),
            Param("alpha", "positive", "odds of the Bernoulli law"),
        ),
        support=("0", "1"),
        log_density="log(tau) + log(alpha) + (tau - 1)*log(x) + (tau - 1)*log(1 - x)"
        " - 2*log(x**tau + alpha*(1 - x)**tau)",
        source="Maddison, Mnih, Teh, The concrete distribution, ICLR (2017)",
        elsewhere={"torch": ("RelaxedBernoulli", {"temperature": "tau", "probs": "alpha/(1 + alpha)"})},
        aliases=(
            Alias(
                "LogitLogistic",
                (
                    Param("mu", "real", "centre of the logistic law of the log-odds"),
                    Param("s", "positive", "scale of the logistic law of the log-odds"),
                ),
                {"tau": "1/s", "alpha": "exp(mu/s)"},
                source="Tadikamalla, Johnson, Systems of frequency curves generated by transformations of logistic"
                " variables, Biometrika 69 (1982), 461-465",
                synonyms=("UnitLogistic",),
            ),
        ),
        synonyms=("BinaryConcrete",),
    ),
]
