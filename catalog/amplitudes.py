"""Families of amplitudes and powers: sizes of what has a centre elsewhere, and products of sizes.

Order: folded laws; noncentral laws of the chi family; fading and scattering; resonances; the rest.
"""

from derive import Family, Param

FAMILIES = [
    Family(  # the size of a normal variable
        name="FoldedNormal",
        params=(
            Param("mu", "real", "mean of the normal law before folding"),
            Param("sigma", "positive", "standard deviation of the normal law before folding"),
        ),
        support=("0", "oo"),
        log_density="log(2)/2 - log(pi)/2 - log(sigma) - (x**2 + mu**2)/(2*sigma**2) + log(cosh(mu*x/sigma**2))",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 13",
        elsewhere={"scipy": ("foldnorm", {"c": "abs(mu)/sigma", "scale": "sigma"})},
    ),
    Family(  # the size of a Cauchy variable
        name="FoldedCauchy",
        params=(
            Param("x_0", "real", "median of the Cauchy law before folding"),
            Param("gamma", "positive", "scale of the Cauchy law before folding"),
        ),
        support=("0", "oo"),
        log_density="-log(pi) - log(gamma) + log(1/(1 + ((x - x_0)/gamma)**2) + 1/(1 + ((x + x_0)/gamma)**2))",
        source="Psarakis, Panaretos, The folded t distribution, Commun. Stat. Theory Methods 19 (1990), 2717-2734",
        elsewhere={"scipy": ("foldcauchy", {"c": "abs(x_0)/gamma", "scale": "gamma"})},
    ),
    Family(
        name="Rice",
        params=(
            Param("nu", "positive", "distance of the centre from the origin"),
            Param("sigma", "positive", "scale, standard deviation of each component"),
        ),
        support=("0", "oo"),
        log_density="log(x) - 2*log(sigma) - (x**2 + nu**2)/(2*sigma**2) + log(besseli(0, nu*x/sigma**2))",
        source="Rice, Mathematical analysis of random noise, Bell Syst. Tech. J. 24 (1945), 46-156",
        elsewhere={"scipy": ("rice", {"b": "nu/sigma", "scale": "sigma"})},
        synonyms=("Rician",),
    ),
    Family(
        name="NoncentralChiSquared",
        params=(Param("nu", "positive integer", "degrees of freedom"), Param("lamda", "positive", "noncentrality")),
        support=("0", "oo"),
        log_density="-log(2) - (x + lamda)/2 + (nu/4 - 1/2)*(log(x) - log(lamda))"
        " + log(besseli(nu/2 - 1, sqrt(lamda*x)))",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 29",
        elsewhere={"scipy": ("ncx2", {"df": "nu", "nc": "lamda"})},
        synonyms=("NoncentralChisq", "NoncentralChi2"),
    ),
    Family(
        name="NoncentralChi",
        params=(
            Param("k", "positive integer", "degrees of freedom"),
            Param("lamda", "positive", "noncentrality, distance of the centre from the origin"),
        ),
        support=("0", "oo"),
        log_density="log(lamda) + k/2*(log(x) - log(lamda)) - (x**2 + lamda**2)/2 + log(besseli(k/2 - 1, lamda*x))",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 29",
        synonyms=("ChiNoncentral",),
    ),
    Family(
        name="Hoyt",
        params=(
            Param("q", "probability", "ratio of the standard deviations of the two components"),
            Param("Omega", "positive", "spread, the mean of x**2"),
        ),
        support=("0", "oo"),
        log_density="log(1 + q**2) - log(q) - log(Omega) + log(x) - (1 + q**2)**2*x**2/(4*q**2*Omega)"
        " + log(besseli(0, (1 - q**4)*x**2/(4*q**2*Omega)))",
        source="Simon, Alouini, Digital Communication over Fading Channels, 2nd ed. (2005), ch. 2",
        synonyms=("NakagamiQ",),
    ),
    Family(  # intensity: a gamma variable of shape nu times an exponential variable
        name="KDistribution",
        params=(
            Param("nu", "positive", "shape of the gamma law of the mean intensity"),
            Param("b", "positive", "rate of the gamma law of the mean intensity"),
        ),
        support=("0", "oo"),
        log_density="log(2) + log(b) - loggamma(nu) + (nu - 1)/2*log(b*x) + log(besselk(nu - 1, 2*sqrt(b*x)))",
        source="Jakeman, Pusey, Significance of K distributions in scattering experiments,"
        " Phys. Rev. Lett. 40 (1978), 546-550",
    ),
    Family(
        name="RelativisticBreitWigner",
        params=(
            Param("M", "positive", "mass of the resonance, the mode"),
            Param("Gamma", "positive", "width of the resonance"),
        ),
        support=("0", "oo"),
        log_density="3*log(2)/2 - log(pi) + 2*log(M) + log(Gamma) + log(M**2 + Gamma**2)/2"
        " - log(M**2 + M*sqrt(M**2 + Gamma**2))/2 - log((x**2 - M**2)**2 + M**2*Gamma**2)",
        source="Particle Data Group, Review of Particle Physics (2022)",
        elsewhere={"scipy": ("rel_breitwigner", {"rho": "M/Gamma", "scale": "Gamma"})},
    ),
    Family(  # the reciprocal of a normal variable that is kept positive
        name="Alpha",
        params=(Param("alpha", "positive", "shape"), Param("beta", "positive", "scale")),
        support=("0", "oo"),
        log_density="log(beta) - 2*log(x) - log(2*pi)/2 - (alpha - beta/x)**2/2 - log(1 + erf(alpha/sqrt(2))) + log(2)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 14",
        elsewhere={"scipy": ("alpha", {"a": "alpha", "scale": "beta"})},
    ),
]
