"""Formulas as textbooks print them, typed from their sources in the catalog's parameters.

A row is about one family (entropy) or two (KL, cross-entropy); parameters of p end in `_1` and those of q in
`_2`, save the shared ones, which are p's. `when` is where the value is finite, if that is not everywhere;
beyond it, it is +∞. A row that `says` "oo" is infinite throughout. `words` are abbreviations of functions that
the vocabulary of text lacks: name -> (function, arguments).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from derive.algebra.functions import besselk_order, zeta_prime
from derive.derivation.quantities import CROSS_ENTROPY, ENTROPY, KL


@dataclass(frozen=True)
class Row:
    """One published formula: what it is about, what it says, where, and who says so."""

    quantity: str
    families: tuple[str, ...]
    says: str
    source: str
    when: str = ""
    shared: tuple[str, ...] = ()
    words: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        short = {ENTROPY: "H", KL: "KL", CROSS_ENTROPY: "CE"}[self.quantity]
        return f"{short}({'‖'.join(self.families)})"


def h(family: str, says: str, source: str, **more: Any) -> Row:
    return Row(ENTROPY, (family,), says, source, **more)


def kl(families: str, says: str, source: str, **more: Any) -> Row:
    return Row(KL, _pair(families), says, source, **more)


def ce(families: str, says: str, source: str, **more: Any) -> Row:
    return Row(CROSS_ENTROPY, _pair(families), says, source, **more)


def _pair(families: str) -> tuple[str, ...]:
    p, _, q = families.partition("‖")
    return p, q or p


COVER = "Cover, Thomas, Elements of Information Theory, 2nd ed. (2006), table 17.1"
LAZO = (
    "Lazo, Rathie, On the entropy of continuous probability distributions, IEEE Trans. Inf. Theory 24 (1978), 120-122"
)
NADARAJAH = (
    "Nadarajah, Zografos, Formulas for Renyi information and related measures, Information Sciences 155 (2003), 119-138"
)
GIL = "Gil, Alajaji, Linder, Renyi divergence measures for commonly used univariate continuous distributions, Information Sciences 249 (2013), 124-131"
WEIBULL = (
    "Bauckhage, Computing the Kullback-Leibler divergence between two Weibull distributions, arXiv:1310.3713 (2013)"
)
STACY = "Bauckhage, Computing the KL divergence between two generalized gamma distributions, arXiv:1401.6853 (2014)"
GOMPERTZ = "Bauckhage, Characterizations and KL divergence of Gompertz distributions, arXiv:1402.3193 (2014)"
CAUCHY = (
    "Chyzak, Nielsen, A closed-form formula for the KL divergence between Cauchy distributions, arXiv:1905.10965 (2019)"
)
DIGEST = "Nielsen, Garcia, Statistical exponential families: a digest with flash cards, arXiv:0911.4863 (2009)"
NOCK = "Nielsen, Nock, Entropies and cross-entropies of exponential families, ICIP 2010"
TORCH = "torch.distributions.kl"
SCIPY = "scipy.stats"
WIKIPEDIA = "Wikipedia"

# --- parts that are written out in many rows -------------------------------------------------------------------

BETA_ENTROPY = (
    "(loggamma(alpha_1) + loggamma(beta_1) - loggamma(alpha_1 + beta_1) - (alpha_1 - 1)*digamma(alpha_1)"
    " - (beta_1 - 1)*digamma(beta_1) + (alpha_1 + beta_1 - 2)*digamma(alpha_1 + beta_1))"
)
BETA_MEAN = "alpha_1/(alpha_1 + beta_1)"
GAMMA_ENTROPY = "(k_1 + log(theta_1) + loggamma(k_1) + (1 - k_1)*digamma(k_1))"
MEAN_LOG_UNIFORM = "((b_1*log(b_1) - a_1*log(a_1))/(b_1 - a_1) - 1)"
CB_MEAN = "(lamda_1/(2*lamda_1 - 1) + 1/(2*atanh(1 - 2*lamda_1)))"
CB_VARIANCE = "((lamda_1 - 1)*lamda_1/(1 - 2*lamda_1)**2 + 1/(2*atanh(1 - 2*lamda_1))**2)"
CB_CONSTANT = "2*atanh(1 - 2*{0})/(1 - 2*{0})"
CB_NEGENTROPY = f"log({CB_CONSTANT.format('lamda_1')}) + {CB_MEAN}*log(lamda_1) + (1 - {CB_MEAN})*log(1 - lamda_1)"
GIG_ORDER = {"dK": (besselk_order, "p", "sqrt(a*b)")}
GIG_ORDER_1 = {"dK": (besselk_order, "p_1", "sqrt(a_1*b_1)")}
NESTED = "a_2 <= a_1 and b_1 <= b_2"

# --- entropies ---------------------------------------------------------------------------------------------------

REAL_LINE = (
    h("Normal", "log(2*pi*E*sigma**2)/2", COVER),
    h("StandardNormal", "log(2*pi*E)/2", COVER),
    h("Logistic", "log(s) + 2", COVER),
    h("GeneralizedLogistic", "log(sigma) - log(alpha) + digamma(alpha + 1) + EulerGamma + 1", f"{SCIPY}.genlogistic"),
    h("HyperbolicSecant", "log(4*sigma)", f"{SCIPY}.hypsecant, with scale 2*sigma/pi: log(2*pi) + log of the scale"),
    h("Laplace", "1 + log(2*b)", COVER),
    h("AsymmetricLaplace", "log(E*(1 + kappa**2)/(kappa*lamda))", f"{WIKIPEDIA}, Asymmetric Laplace distribution"),
    h("SkewLaplace", "1 + log(alpha + beta)", f"{WIKIPEDIA}, Asymmetric Laplace distribution"),
    h(
        "GeneralizedNormal",
        "1/beta - log(beta/(2*alpha)) + loggamma(1/beta)",
        f"{WIKIPEDIA}, Generalized normal distribution",
    ),
    h("Cauchy", "log(4*pi*gamma)", COVER),
    h(
        "StudentT",
        "(nu + 1)/2*(digamma((nu + 1)/2) - digamma(nu/2)) + log(sigma*sqrt(nu)*beta(nu/2, 1/2))",
        COVER,
    ),
    h("Gumbel", "log(beta) + EulerGamma + 1", f"{WIKIPEDIA}, Gumbel distribution"),
    h("GumbelMin", "log(beta) + EulerGamma + 1", f"{SCIPY}.gumbel_l"),
    h(
        "GeneralizedExtremeValue",
        "log(sigma) + EulerGamma*xi + EulerGamma + 1",
        f"{WIKIPEDIA}, Generalized extreme value",
    ),
    h("ReversedWeibull", "-EulerGamma/k - log(k) + EulerGamma + 1 + log(lamda)", f"{SCIPY}.weibull_max"),
    h("LogGamma", "loggamma(alpha) - alpha*digamma(alpha) + alpha + log(sigma)", f"{SCIPY}.loggamma"),
    h("DoubleGamma", "log(2) + k + loggamma(k) + (1 - k)*digamma(k) + log(theta)", f"{SCIPY}.dgamma"),
    h("DoubleWeibull", "EulerGamma*(1 - 1/k) + log(lamda/k) + 1 + log(2)", f"{SCIPY}.dweibull"),
)

GAMMAS = (
    h("Exponential", "1 - log(lamda)", COVER),
    h("Gamma", "log(theta) + loggamma(k) + (1 - k)*digamma(k) + k", COVER),
    h("Erlang", "(1 - k)*digamma(k) + loggamma(k) - log(lamda) + k", COVER),
    h(
        "ChiSquared",
        "log(2) + loggamma(nu/2) + (1 - nu/2)*digamma(nu/2) + nu/2",
        f"{WIKIPEDIA}, Chi-squared distribution",
    ),
    h(
        "InverseGamma",
        "alpha + log(beta) + loggamma(alpha) - (1 + alpha)*digamma(alpha)",
        f"{WIKIPEDIA}, Inverse-gamma",
    ),
    h(
        "InverseChiSquared",
        "nu/2 + log(1/2) + loggamma(nu/2) - (1 + nu/2)*digamma(nu/2)",
        f"{WIKIPEDIA}, Inverse-chi-squared",
    ),
    h(
        "ScaledInverseChiSquared",
        "nu/2 + log(tau2*nu/2) + loggamma(nu/2) - (1 + nu/2)*digamma(nu/2)",
        f"{WIKIPEDIA}, Scaled inverse chi-squared distribution",
    ),
    h("GeneralizedGamma", "log(a/p) + loggamma(d/p) + d/p + (1 - d)/p*digamma(d/p)", f"{WIKIPEDIA}, Generalized gamma"),
    h("HalfGeneralizedNormal", "1/beta - log(beta) + loggamma(1/beta) + log(alpha)", f"{SCIPY}.halfgennorm"),
    h("Rayleigh", "1 + log(sigma/sqrt(2)) + EulerGamma/2", COVER),
    h("Maxwell", "log(a*sqrt(2*pi)) + EulerGamma - 1/2", COVER),
    h("Nakagami", "loggamma(m) + log(Omega/m)/2 - log(2) + m - (m - 1/2)*digamma(m)", f"{COVER}, generalized normal"),
    h("Chi", "loggamma(nu/2) + (nu - log(2) - (nu - 1)*digamma(nu/2))/2", f"{WIKIPEDIA}, Chi distribution"),
    h("HalfNormal", "log(pi*sigma**2/2)/2 + 1/2", f"{WIKIPEDIA}, Half-normal distribution"),
    h("Weibull", "EulerGamma*(1 - 1/k) + log(lamda/k) + 1", COVER),
    h("Frechet", "1 + EulerGamma/alpha + EulerGamma + log(s/alpha)", f"{WIKIPEDIA}, Frechet distribution"),
    h("InverseWeibull", "1 + EulerGamma + EulerGamma/alpha - log(alpha) + log(s)", f"{SCIPY}.invweibull"),
    h("Gompertz", "1 - log(eta*b) - exp(eta)*E1(eta)", f"{SCIPY}.gompertz"),
    h(
        "ExponentiatedExponential",
        "-log(alpha*lamda) + (alpha - 1)/alpha + digamma(alpha + 1) + EulerGamma",
        "Zografos, Balakrishnan, On families of beta- and generalized gamma-generated distributions, Stat. Methodol. 6 (2009)",
    ),
    h("Levy", "(1 + 3*EulerGamma + log(16*pi*c**2))/2", f"{WIKIPEDIA}, Levy distribution"),
    h(
        "InverseGaussian",
        "log(2*pi*E*mu**3/lamda)/2 - 3/2*exp(2*lamda/mu)*E1(2*lamda/mu)",
        f"{WIKIPEDIA}, Inverse Gaussian distribution; after Mudholkar, Tian, J. Statist. Plann. Inference 102 (2002)",
    ),
    h(
        "GeneralizedInverseGaussian",
        "log(b/a)/2 + log(2*besselk(p, sqrt(a*b))) - (p - 1)*dK/besselk(p, sqrt(a*b))"
        " + sqrt(a*b)/(2*besselk(p, sqrt(a*b)))*(besselk(p + 1, sqrt(a*b)) + besselk(p - 1, sqrt(a*b)))",
        f"{WIKIPEDIA}, Generalized inverse Gaussian distribution",
        words=GIG_ORDER,
    ),
)

HEAVY = (
    h("LogNormal", "log(sigma*exp(mu + 1/2)*sqrt(2*pi))", COVER),
    h("LogLaplace", "mu + log(2*b*E)", f"{COVER}, Laplace, and H(exp(Y)) = H(Y) + E Y"),
    h("LogLogistic", "log(alpha/beta) + 2", f"{WIKIPEDIA}, Log-logistic distribution"),
    h("HalfCauchy", "log(2*pi*gamma)", f"{SCIPY}.halfcauchy"),
    h("HalfLogistic", "2 - log(2) + log(s)", f"{SCIPY}.halflogistic"),
    h(
        "BetaPrime",
        "loggamma(alpha) + loggamma(beta) - loggamma(alpha + beta) - (alpha - 1)*digamma(alpha)"
        " - (beta + 1)*digamma(beta) + (alpha + beta)*digamma(alpha + beta)",
        f"{LAZO}, beta of the second kind",
    ),
    h(
        "F",
        "log(d2/d1) + loggamma(d1/2) + loggamma(d2/2) - loggamma((d1 + d2)/2) + (1 - d1/2)*digamma(d1/2)"
        " - (1 + d2/2)*digamma(d2/2) + (d1 + d2)/2*digamma((d1 + d2)/2)",
        f"{LAZO}, beta of the second kind with the scale d2/d1",
    ),
    h(
        "BurrXII",
        "log(lamda/(c*k)) + 1 + 1/k + (1 - 1/c)*(digamma(k) + EulerGamma)",
        "Tahmasebi, Behboodian, Shannon entropy for the Feller-Pareto family, Appl. Math. Sci. 4 (2010), 495-504",
    ),
    h("Dagum", "log(b/(a*p)) + 1 + 1/p + (1 + 1/a)*(digamma(p) + EulerGamma)", NADARAJAH),
    h("Pareto", "log(x_m/alpha) + 1 + 1/alpha", COVER),
    h("Lomax", "1 + 1/alpha - log(alpha/lamda)", NADARAJAH),
    h("GeneralizedPareto", "log(sigma) + xi + 1", f"{WIKIPEDIA}, Generalized Pareto distribution"),
)

BOUNDED = (
    h("Uniform", "log(b - a)", COVER),
    h(
        "Beta",
        "loggamma(alpha) + loggamma(beta) - loggamma(alpha + beta) - (alpha - 1)*(digamma(alpha) - digamma(alpha + beta))"
        " - (beta - 1)*(digamma(beta) - digamma(alpha + beta))",
        COVER,
    ),
    h(
        "Kumaraswamy",
        "(1 - 1/b) + (1 - 1/a)*(digamma(b + 1) + EulerGamma) - log(a*b)",
        f"{WIKIPEDIA}, Kumaraswamy distribution",
    ),
    h("PowerFunction", "1 - 1/alpha - log(alpha/b)", f"{SCIPY}.powerlaw"),
    h("Arcsine", "log(pi/4) + log(b - a)", f"{WIKIPEDIA}, Arcsine distribution"),
    h("Semicircle", "log(pi*R) - 1/2", f"{WIKIPEDIA}, Wigner semicircle distribution"),
    h(
        "Epanechnikov",
        "log(2*s*beta(2, 2)) - 2*digamma(2) + 2*digamma(4)",
        f"{COVER}, Beta(2, 2) stretched to width 2s",
    ),
    h("RaisedCosine", "log(4*pi) - 1 + log(s/pi)", f"{SCIPY}.cosine"),
    h("Anglit", "1 - log(2) + log(s)", f"{SCIPY}.anglit"),
    h("Triangular", "1/2 + log((b - a)/2)", COVER),
    h(
        "Trapezoidal",
        "(d - c + b - a)/(2*(d + c - b - a)) + log((d + c - b - a)/2)",
        f"{WIKIPEDIA}, Trapezoidal distribution",
    ),
    h(
        "TruncatedNormal",
        "log(sqrt(2*pi*E)*sigma*(erf((b - mu)/(sigma*sqrt(2))) - erf((a - mu)/(sigma*sqrt(2))))/2)"
        " + ((a - mu)*exp(-(a - mu)**2/(2*sigma**2)) - (b - mu)*exp(-(b - mu)**2/(2*sigma**2)))"
        "/(sigma*sqrt(2*pi)*(erf((b - mu)/(sigma*sqrt(2))) - erf((a - mu)/(sigma*sqrt(2)))))",
        f"{WIKIPEDIA}, Truncated normal distribution, with phi and Phi written out",
    ),
    h(
        "TruncatedExponential",
        "log((exp(lamda*b) - 1)/lamda) + (1 + exp(lamda*b)*(lamda*b - 1))/(1 - exp(lamda*b))",
        f"{SCIPY}.truncexpon",
    ),
    h(
        "TruncatedPareto",
        "log(L*(1 - (L/H)**alpha)/alpha) - (alpha + 1)*(log(H/L)/((H/L)**alpha - 1) - 1/alpha)",
        f"{SCIPY}.truncpareto",
    ),
    h("LogUniform", "log(a*b)/2 + log(log(b/a))", f"{SCIPY}.reciprocal"),
    h("Bradford", "log(1 + c)/2 - log(c/log(1 + c))", f"{SCIPY}.bradford"),
    h(
        "ContinuousBernoulli",
        "(lamda/(2*lamda - 1) + 1/(2*atanh(1 - 2*lamda)))*log((1 - lamda)/lamda)"
        " - log(2*atanh(1 - 2*lamda)/(1 - 2*lamda)) - log(1 - lamda)",
        "torch.distributions.ContinuousBernoulli.entropy",
    ),
)

CIRCLE_AND_COUNTS = (
    h(
        "VonMises",
        "log(2*pi*besseli(0, kappa)) - kappa*besseli(1, kappa)/besseli(0, kappa)",
        f"{WIKIPEDIA}, von Mises distribution",
    ),
    h("WrappedCauchy", "log(2*pi*(1 - rho**2))", f"{WIKIPEDIA}, Wrapped Cauchy distribution"),
    h("Bernoulli", "-(1 - p)*log(1 - p) - p*log(p)", f"{COVER}, ch. 2"),
    h("DiscreteUniform", "log(b - a + 1)", f"{WIKIPEDIA}, Discrete uniform distribution"),
    h("Geometric", "(-(1 - p)*log(1 - p) - p*log(p))/p", f"{COVER}, problem 2.1"),
    h("GeometricFromZero", "(-(1 - p)*log(1 - p) - p*log(p))/p", f"{WIKIPEDIA}, Geometric distribution"),
    h("Planck", "lamda*exp(-lamda)/(1 - exp(-lamda)) - log(1 - exp(-lamda))", f"{SCIPY}.planck"),
    h("DiscreteLaplace", "-log(p)/sinh(-log(p)) - log(tanh(-log(p)/2))", f"{SCIPY}.dlaplace, with a = -log(p)"),
    h(
        "Zeta",
        "log(zeta(s)) - s*dzeta/zeta(s)",
        "Visser, Zipf's law, power laws and maximum entropy, New J. Phys. 15 (2013), 043021",
        words={"dzeta": (zeta_prime, "s")},
    ),
)

ENTROPIES = REAL_LINE + GAMMAS + HEAVY + BOUNDED + CIRCLE_AND_COUNTS

# --- KL within a family ------------------------------------------------------------------------------------------

SAME_FAMILY = (
    kl("Normal", "log(sigma_2/sigma_1) + (sigma_1**2 + (mu_1 - mu_2)**2)/(2*sigma_2**2) - 1/2", GIL),
    kl("LogNormal", "log(sigma_2/sigma_1) + (sigma_1**2 + (mu_1 - mu_2)**2)/(2*sigma_2**2) - 1/2", GIL),
    kl("HalfNormal", "log(sigma_2/sigma_1) + (sigma_1**2 - sigma_2**2)/(2*sigma_2**2)", GIL),
    kl("Exponential", "log(lamda_1/lamda_2) + (lamda_2 - lamda_1)/lamda_1", GIL),
    kl("Laplace", "log(b_2/b_1) + abs(mu_1 - mu_2)/b_2 + b_1/b_2*exp(-abs(mu_1 - mu_2)/b_1) - 1", GIL),
    kl("LogLaplace", "log(b_2/b_1) + abs(mu_1 - mu_2)/b_2 + b_1/b_2*exp(-abs(mu_1 - mu_2)/b_1) - 1", f"{GIL}: Laplace"),
    kl("Rayleigh", "2*log(sigma_2/sigma_1) + (sigma_1**2 - sigma_2**2)/sigma_2**2", GIL),
    kl("Maxwell", "3*log(a_2/a_1) + 3*(a_1**2 - a_2**2)/(2*a_2**2)", GIL),
    kl("Chi", "loggamma(nu_2/2) - loggamma(nu_1/2) + digamma(nu_1/2)*(nu_1 - nu_2)/2", GIL),
    kl("ChiSquared", "loggamma(nu_2/2) - loggamma(nu_1/2) + digamma(nu_1/2)*(nu_1 - nu_2)/2", GIL),
    kl(
        "Gamma",
        "(k_1 - k_2)*digamma(k_1) - loggamma(k_1) + loggamma(k_2) + k_2*(log(theta_2) - log(theta_1))"
        " + k_1*(theta_1 - theta_2)/theta_2",
        f"{GIL}; {WIKIPEDIA}, Gamma distribution",
    ),
    kl(
        "Erlang",
        "(k_1 - k_2)*digamma(k_1) - loggamma(k_1) + loggamma(k_2) + k_2*(log(lamda_1) - log(lamda_2))"
        " + k_1*(lamda_2 - lamda_1)/lamda_1",
        f"{WIKIPEDIA}, Gamma distribution",
    ),
    kl(
        "InverseGamma",
        "(alpha_1 - alpha_2)*digamma(alpha_1) - loggamma(alpha_1) + loggamma(alpha_2) + alpha_2*(log(beta_1) - log(beta_2))"
        " + alpha_1*(beta_2 - beta_1)/beta_1",
        "Llera, Beckmann, Estimating an inverse gamma distribution, arXiv:1605.01019 (2016)",
    ),
    kl(
        "Nakagami",
        "(m_1 - m_2)*digamma(m_1) - loggamma(m_1) + loggamma(m_2) + m_2*log(m_1*Omega_2/(m_2*Omega_1))"
        " + m_1*(m_2*Omega_1/(m_1*Omega_2) - 1)",
        f"{GIL}: X**2 is a gamma variable",
    ),
    kl(
        "Beta",
        "loggamma(alpha_2) + loggamma(beta_2) - loggamma(alpha_2 + beta_2) - loggamma(alpha_1) - loggamma(beta_1)"
        " + loggamma(alpha_1 + beta_1) + digamma(alpha_1)*(alpha_1 - alpha_2) + digamma(beta_1)*(beta_1 - beta_2)"
        " + digamma(alpha_1 + beta_1)*(alpha_2 + beta_2 - alpha_1 - beta_1)",
        GIL,
    ),
    kl(
        "BetaPrime",
        "loggamma(alpha_2) + loggamma(beta_2) - loggamma(alpha_2 + beta_2) - loggamma(alpha_1) - loggamma(beta_1)"
        " + loggamma(alpha_1 + beta_1) + digamma(alpha_1)*(alpha_1 - alpha_2) + digamma(beta_1)*(beta_1 - beta_2)"
        " + digamma(alpha_1 + beta_1)*(alpha_2 + beta_2 - alpha_1 - beta_1)",
        f"{GIL}: X/(1 + X) is a beta variable",
    ),
    kl("Kumaraswamy", "log(b_1/b_2) + b_2/b_1 - 1", f"{GIL}: -log(1 - X**a) is exponential", shared=("a",)),
    kl(
        "PowerFunction",
        "log(alpha_1/alpha_2) + alpha_2*log(b_2/b_1) + (alpha_2 - alpha_1)/alpha_1",
        f"{GIL}: 1/X is Pareto",
        when="b_1 <= b_2",
    ),
    kl("ToppLeone", "log(nu_1/nu_2) + nu_2/nu_1 - 1", f"{GIL}: -log(X*(2 - X)) is exponential"),
    kl(
        "Weibull",
        "log(k_1/lamda_1**k_1) - log(k_2/lamda_2**k_2) + (k_1 - k_2)*(log(lamda_1) - EulerGamma/k_1)"
        " + (lamda_1/lamda_2)**k_2*gamma(k_2/k_1 + 1) - 1",
        WEIBULL,
    ),
    kl(
        "InverseWeibull",
        "log(alpha_1*s_1**alpha_1) - log(alpha_2*s_2**alpha_2) + (alpha_1 - alpha_2)*(-log(s_1) - EulerGamma/alpha_1)"
        " + (s_2/s_1)**alpha_2*gamma(alpha_2/alpha_1 + 1) - 1",
        f"{WEIBULL}: 1/X is Weibull",
    ),
    kl(
        "Frechet",
        "log(alpha_1*s_1**alpha_1) - log(alpha_2*s_2**alpha_2) + (alpha_1 - alpha_2)*(-log(s_1) - EulerGamma/alpha_1)"
        " + (s_2/s_1)**alpha_2*gamma(alpha_2/alpha_1 + 1) - 1",
        f"{WEIBULL}: 1/(X - m) is Weibull",
        shared=("m",),
    ),
    kl(
        "GeneralizedGamma",
        "log(p_1*a_2**d_2/(p_2*a_1**d_1)) + loggamma(d_2/p_2) - loggamma(d_1/p_1)"
        " + (digamma(d_1/p_1)/p_1 + log(a_1))*(d_1 - d_2)"
        " + gamma((d_1 + p_2)/p_1)/gamma(d_1/p_1)*(a_1/a_2)**p_2 - d_1/p_1",
        STACY,
    ),
    kl(
        "HalfGeneralizedNormal",
        "log(beta_1*alpha_2/(beta_2*alpha_1)) + loggamma(1/beta_2) - loggamma(1/beta_1)"
        " + gamma((1 + beta_2)/beta_1)/gamma(1/beta_1)*(alpha_1/alpha_2)**beta_2 - 1/beta_1",
        STACY,
    ),
    kl(
        "GeneralizedNormal",
        "log(beta_1*alpha_2/(beta_2*alpha_1)) + loggamma(1/beta_2) - loggamma(1/beta_1)"
        " + (alpha_1/alpha_2)**beta_2*gamma((beta_2 + 1)/beta_1)/gamma(1/beta_1) - 1/beta_1",
        "Do, Vetterli, Wavelet-based texture retrieval using generalized Gaussian density, IEEE Trans. Image Process. 11 (2002)",
        shared=("mu",),
    ),
    kl(
        "Gumbel",
        "log(beta_2/beta_1) + EulerGamma*(beta_1/beta_2 - 1) + exp((mu_2 - mu_1)/beta_2)*gamma(beta_1/beta_2 + 1)"
        " + (mu_1 - mu_2)/beta_2 - 1",
        GIL,
    ),
    kl(
        "Gompertz",
        "log(exp(eta_1)*b_1*eta_1/(exp(eta_2)*b_2*eta_2)) + exp(eta_1)*((b_2/b_1 - 1)*(-E1(eta_1))"
        " + eta_2/eta_1**(b_2/b_1)*uppergamma(b_2/b_1 + 1, eta_1)) - (eta_1 + 1)",
        GOMPERTZ,
    ),
    kl(
        "InverseGaussian",
        "(log(lamda_1/lamda_2) + lamda_2/lamda_1 - 1)/2 + lamda_2*(mu_1 - mu_2)**2/(2*mu_1*mu_2**2)",
        "Jorgensen, The Theory of Dispersion Models (1997), ch. 4: the deviance of the law",
    ),
    kl(
        "GeneralizedInverseGaussian",
        "log(besselk(p_2, sqrt(a_2*b_2))/besselk(p_1, sqrt(a_1*b_1))) + p_1/2*log(a_1/b_1) - p_2/2*log(a_2/b_2)"
        " + (p_1 - p_2)*(log(b_1/a_1)/2 + dK/besselk(p_1, sqrt(a_1*b_1)))"
        " + (a_2 - a_1)/2*sqrt(b_1/a_1)*besselk(p_1 + 1, sqrt(a_1*b_1))/besselk(p_1, sqrt(a_1*b_1))"
        " + (b_2 - b_1)/2*sqrt(a_1/b_1)*besselk(p_1 - 1, sqrt(a_1*b_1))/besselk(p_1, sqrt(a_1*b_1))",
        "Jorgensen, Statistical Properties of the Generalized Inverse Gaussian Distribution (1982), the moments of ch. 2",
        words=GIG_ORDER_1,
    ),
    kl("Levy", "(log(c_1/c_2) + c_2/c_1 - 1)/2", f"{GIL}: 1/(X - mu) is a gamma variable", shared=("mu",)),
    kl("Cauchy", "log(((gamma_1 + gamma_2)**2 + (x_0_1 - x_0_2)**2)/(4*gamma_1*gamma_2))", CAUCHY),
    kl("LogCauchy", "log(((sigma_1 + sigma_2)**2 + (mu_1 - mu_2)**2)/(4*sigma_1*sigma_2))", CAUCHY),
    kl("HalfCauchy", "log((gamma_1 + gamma_2)**2/(4*gamma_1*gamma_2))", CAUCHY),
    kl(
        "Logistic",
        "(mu_1 - mu_2)/s_1*(exp((mu_1 - mu_2)/s_1) + 1)/(exp((mu_1 - mu_2)/s_1) - 1) - 2",
        "Balakrishnan (ed.), Handbook of the Logistic Distribution (1992): E log(1 + c*exp(X)), by parts",
        shared=("s",),
    ),
    kl(
        "Pareto",
        "alpha_2*log(x_m_1/x_m_2) + log(alpha_1/alpha_2) + (alpha_2 - alpha_1)/alpha_1",
        GIL,
        when="x_m_1 >= x_m_2",
    ),
    kl("Lomax", "log(alpha_1/alpha_2) + alpha_2/alpha_1 - 1", f"{GIL}: X + lamda is Pareto", shared=("lamda",)),
    kl("BurrXII", "log(k_1/k_2) + k_2/k_1 - 1", f"{GIL}: log(1 + (X/lamda)**c) is exponential", shared=("c", "lamda")),
    kl("Dagum", "log(p_1/p_2) + p_2/p_1 - 1", f"{GIL}: log(1 + (X/b)**-a) is exponential", shared=("a", "b")),
    kl("Uniform", "log((b_2 - a_2)/(b_1 - a_1))", GIL, when=NESTED),
    kl("LogUniform", "log(log(b_2/a_2)/log(b_1/a_1))", f"{GIL}: log X is uniform", when=NESTED),
    kl(
        "ContinuousBernoulli",
        f"log({CB_CONSTANT.format('lamda_1')}) + {CB_MEAN}*log(lamda_1/lamda_2)"
        f" + (1 - {CB_MEAN})*log((1 - lamda_1)/(1 - lamda_2)) - log({CB_CONSTANT.format('lamda_2')})",
        f"{TORCH}, _kl_continuous_bernoulli_continuous_bernoulli",
    ),
    kl(
        "VonMises",
        "log(besseli(0, kappa_2)/besseli(0, kappa_1)) + besseli(1, kappa_1)/besseli(0, kappa_1)*(kappa_1 - kappa_2*cos(mu_1 - mu_2))",
        f"{WIKIPEDIA}, von Mises-Fisher distribution, in the plane",
    ),
    kl(
        "WrappedCauchy",
        "log((1 - 2*rho_1*rho_2*cos(mu_1 - mu_2) + rho_1**2*rho_2**2)/((1 - rho_1**2)*(1 - rho_2**2)))",
        "McCullagh, Moebius transformation and Cauchy parameter estimation, Ann. Statist. 24 (1996): the law is the Poisson kernel",
    ),
    kl("Bernoulli", "p_1*log(p_1/p_2) + (1 - p_1)*log((1 - p_1)/(1 - p_2))", f"{COVER}, ch. 2"),
    kl("Binomial", "n_1*(p_1*log(p_1/p_2) + (1 - p_1)*log((1 - p_1)/(1 - p_2)))", DIGEST, shared=("n",)),
    kl("Geometric", "log(p_1/p_2) + (1 - p_1)/p_1*log((1 - p_1)/(1 - p_2))", f"{TORCH}, _kl_geometric_geometric"),
    kl(
        "GeometricFromZero",
        "log(p_1/p_2) + (1 - p_1)/p_1*log((1 - p_1)/(1 - p_2))",
        f"{TORCH}, _kl_geometric_geometric",
    ),
    kl("NegativeBinomial", "r_1*(log(p_1/p_2) + (1 - p_1)/p_1*log((1 - p_1)/(1 - p_2)))", DIGEST, shared=("r",)),
    kl("Poisson", "lamda_1*log(lamda_1/lamda_2) + lamda_2 - lamda_1", DIGEST),
    kl("DiscreteUniform", "log((b_2 - a_2 + 1)/(b_1 - a_1 + 1))", COVER, when=NESTED),
    kl(
        "Logarithmic",
        "log(log(1 - p_2)/log(1 - p_1)) - p_1/((1 - p_1)*log(1 - p_1))*log(p_1/p_2)",
        "Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 7: the mean of the law",
    ),
    kl(
        "Zeta",
        "log(zeta(s_2)/zeta(s_1)) - (s_2 - s_1)*dzeta/zeta(s_1)",
        "Nielsen, The Kullback-Leibler divergence between discrete power laws, arXiv:2104.13738 (2021)",
        words={"dzeta": (zeta_prime, "s_1")},
    ),
)

# --- KL between families, as torch.distributions.kl registers them -----------------------------------------------

CROSS_FAMILY = (
    kl(
        "Bernoulli‖Poisson",
        "p_1*log(p_1) + (1 - p_1)*log(1 - p_1) - (p_1*log(lamda_2) - lamda_2)",
        f"{TORCH}, _kl_bernoulli_poisson",
    ),
    kl(
        "Beta‖ContinuousBernoulli",
        f"-{BETA_ENTROPY} - log(1 - lamda_2) - {BETA_MEAN}*log(lamda_2/(1 - lamda_2)) - log({CB_CONSTANT.format('lamda_2')})",
        f"{TORCH}, _kl_beta_continuous_bernoulli",
    ),
    kl("Beta‖Exponential", f"-{BETA_ENTROPY} - log(lamda_2) + lamda_2*{BETA_MEAN}", f"{TORCH}, _kl_beta_exponential"),
    kl(
        "Beta‖Gamma",
        f"-{BETA_ENTROPY} + loggamma(k_2) + k_2*log(theta_2)"
        f" - (k_2 - 1)*(digamma(alpha_1) - digamma(alpha_1 + beta_1)) + {BETA_MEAN}/theta_2",
        f"{TORCH}, _kl_beta_gamma",
    ),
    kl(
        "Beta‖Normal",
        f"-{BETA_ENTROPY} + log(2*pi*sigma_2**2)/2"
        f" + (alpha_1*beta_1/((alpha_1 + beta_1)**2*(alpha_1 + beta_1 + 1)) + ({BETA_MEAN} - mu_2)**2)/(2*sigma_2**2)",
        f"{TORCH}, _kl_beta_normal",
    ),
    kl("Beta‖Uniform", f"-{BETA_ENTROPY} + log(b_2 - a_2)", f"{TORCH}, _kl_beta_uniform", when="a_2 <= 0 and b_2 >= 1"),
    kl(
        "ContinuousBernoulli‖Exponential",
        f"{CB_NEGENTROPY} - log(lamda_2) + lamda_2*{CB_MEAN}",
        f"{TORCH}, _kl_continuous_bernoulli_exponential",
    ),
    kl(
        "ContinuousBernoulli‖Normal",
        f"{CB_NEGENTROPY} + log(2*pi*sigma_2**2)/2 + ({CB_VARIANCE} + ({CB_MEAN} - mu_2)**2)/(2*sigma_2**2)",
        f"{TORCH}, _kl_continuous_bernoulli_normal",
    ),
    kl(
        "ContinuousBernoulli‖Uniform",
        f"{CB_NEGENTROPY} + log(b_2 - a_2)",
        f"{TORCH}, _kl_continuous_bernoulli_uniform",
        when="a_2 <= 0 and b_2 >= 1",
    ),
    kl(
        "Exponential‖Gamma",
        "k_2*log(lamda_1*theta_2) + 1/(lamda_1*theta_2) + loggamma(k_2) + k_2*EulerGamma - (1 + EulerGamma)",
        f"{TORCH}, _kl_exponential_gamma",
    ),
    kl(
        "Exponential‖Gumbel",
        "log(lamda_1*beta_2) - 1 - mu_2/beta_2 + exp(mu_2/beta_2)*lamda_1*beta_2/(lamda_1*beta_2 + 1) + 1/(lamda_1*beta_2)",
        f"{TORCH}, _kl_exponential_gumbel",
    ),
    kl(
        "Exponential‖Normal",
        "log(2*pi*lamda_1**2*sigma_2**2)/2 - 1 + (1/lamda_1**2 - mu_2/lamda_1 + mu_2**2/2)/sigma_2**2",
        f"{TORCH}, _kl_exponential_normal",
    ),
    kl(
        "Gamma‖Exponential", f"-{GAMMA_ENTROPY} - log(lamda_2) + lamda_2*k_1*theta_1", f"{TORCH}, _kl_gamma_exponential"
    ),
    kl(
        "Gamma‖Gumbel",
        "(k_1 - 1)*digamma(k_1) - loggamma(k_1) - k_1 + log(beta_2/theta_1) + k_1*theta_1/beta_2"
        " + exp(mu_2/beta_2)*(1 + theta_1/beta_2)**(-k_1) - mu_2/beta_2",
        f"{TORCH}, _kl_gamma_gumbel",
    ),
    kl(
        "Gamma‖Normal",
        "log(2*pi*sigma_2**2/theta_1**2)/2 - k_1 - loggamma(k_1) + (k_1 - 1)*digamma(k_1)"
        " + ((k_1**2 + k_1)*theta_1**2/2 - mu_2*k_1*theta_1 + mu_2**2/2)/sigma_2**2",
        f"{TORCH}, _kl_gamma_normal",
    ),
    kl(
        "Gumbel‖Normal",
        "log(sqrt(2*pi)*sigma_2/beta_1) + pi**2*beta_1**2/(12*sigma_2**2)"
        " + (mu_1 + beta_1*EulerGamma - mu_2)**2/(2*sigma_2**2) - (EulerGamma + 1)",
        f"{TORCH}, _kl_gumbel_normal, since its correction",
    ),
    kl(
        "Laplace‖Normal",
        "log(pi*sigma_2**2/(2*b_1**2))/2 + b_1**2/sigma_2**2 + (mu_1 - mu_2)**2/(2*sigma_2**2) - 1",
        f"{TORCH}, _kl_laplace_normal, since its correction",
    ),
    kl(
        "Normal‖Gumbel",
        "log(beta_2/sigma_1) + (mu_1 - mu_2)/beta_2 + exp((mu_2 - mu_1)/beta_2 + sigma_1**2/(2*beta_2**2)) - (1 + log(2*pi))/2",
        f"{TORCH}, _kl_normal_gumbel",
    ),
    kl(
        "Normal‖Laplace",
        "log(2*b_2) - log(2*pi*E*sigma_1**2)/2 + (sigma_1*sqrt(2/pi)*exp(-(mu_1 - mu_2)**2/(2*sigma_1**2))"
        " + (mu_1 - mu_2)*erf((mu_1 - mu_2)/(sqrt(2)*sigma_1)))/b_2",
        "Leone, Nelson, Nottingham, The folded normal distribution, Technometrics 3 (1961): E|X - mu_2|",
    ),
    kl(
        "Pareto‖Exponential",
        "log(alpha_1/(x_m_1*lamda_2)) - 1/alpha_1 + lamda_2*alpha_1*x_m_1/(alpha_1 - 1) - 1",
        f"{TORCH}, _kl_pareto_exponential",
        when="alpha_1 > 1",
    ),
    kl(
        "Pareto‖Gamma",
        "log(alpha_1) - log(x_m_1) - 1/alpha_1 + loggamma(k_2) + k_2*log(theta_2) + (1 - k_2)*(log(x_m_1) + 1/alpha_1)"
        " + alpha_1*x_m_1/(theta_2*(alpha_1 - 1)) - 1",
        f"{TORCH}, _kl_pareto_gamma",
        when="alpha_1 > 1",
    ),
    kl(
        "Pareto‖Normal",
        "log(sqrt(2*pi)*sigma_2*alpha_1/x_m_1) - 1/alpha_1 - 1 + (alpha_1*x_m_1**2/((alpha_1 - 1)**2*(alpha_1 - 2))"
        " + (alpha_1*x_m_1/(alpha_1 - 1) - mu_2)**2)/(2*sigma_2**2)",
        f"{TORCH}, _kl_pareto_normal",
        when="alpha_1 > 2",
    ),
    kl(
        "Uniform‖Beta",
        f"-log(b_1 - a_1) - (alpha_2 - 1)*{MEAN_LOG_UNIFORM}"
        " - (beta_2 - 1)*(((1 - a_1)*log(1 - a_1) - (1 - b_1)*log(1 - b_1))/(b_1 - a_1) - 1)"
        " + loggamma(alpha_2) + loggamma(beta_2) - loggamma(alpha_2 + beta_2)",
        f"{TORCH}, _kl_uniform_beta",
        when="a_1 >= 0 and b_1 <= 1",
    ),
    kl(
        "Uniform‖ContinuousBernoulli",
        "-log(b_1 - a_1) - (a_1 + b_1)/2*log(lamda_2/(1 - lamda_2)) - log(1 - lamda_2)"
        f" - log({CB_CONSTANT.format('lamda_2')})",
        f"{TORCH}, _kl_uniform_continuous_bernoulli",
        when="a_1 >= 0 and b_1 <= 1",
    ),
    kl(
        "Uniform‖Exponential",
        "lamda_2*(a_1 + b_1)/2 - log((b_1 - a_1)*lamda_2)",
        f"{TORCH}, _kl_uniform_exponetial",
        when="a_1 >= 0",
    ),
    kl(
        "Uniform‖Gamma",
        f"-log(b_1 - a_1) + loggamma(k_2) + k_2*log(theta_2) + (1 - k_2)*{MEAN_LOG_UNIFORM} + (a_1 + b_1)/(2*theta_2)",
        f"{TORCH}, _kl_uniform_gamma",
        when="a_1 >= 0",
    ),
    kl(
        "Uniform‖Gumbel",
        "log(beta_2/(b_1 - a_1)) + (a_1 + b_1 - 2*mu_2)/(2*beta_2)"
        " - beta_2/(b_1 - a_1)*(exp(-(b_1 - mu_2)/beta_2) - exp(-(a_1 - mu_2)/beta_2))",
        f"{TORCH}, _kl_uniform_gumbel",
    ),
    kl(
        "Uniform‖Normal",
        "log(sqrt(2*pi)*sigma_2/(b_1 - a_1)) + ((b_1 - a_1)**2/12 + ((a_1 + b_1)/2 - mu_2)**2)/(2*sigma_2**2)",
        f"{TORCH}, _kl_uniform_normal",
    ),
    kl(
        "Uniform‖Pareto",
        f"(alpha_2 + 1)*{MEAN_LOG_UNIFORM} - log(alpha_2) - alpha_2*log(x_m_2) - log(b_1 - a_1)",
        f"{TORCH}, _kl_uniform_pareto",
        when="a_1 >= x_m_2",
    ),
    kl(
        "Gamma‖LogNormal",
        f"-{GAMMA_ENTROPY} + digamma(k_1) + log(theta_1) + log(2*pi*sigma_2**2)/2"
        " + (trigamma(k_1) + (digamma(k_1) + log(theta_1) - mu_2)**2)/(2*sigma_2**2)",
        "Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 17: mean and variance of log X",
    ),
    kl(
        "LogNormal‖Gamma",
        "-log(2*pi*E*sigma_1**2)/2 - mu_1 + loggamma(k_2) + k_2*log(theta_2) - (k_2 - 1)*mu_1 + exp(mu_1 + sigma_1**2/2)/theta_2",
        "Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 14: the moments of the law",
    ),
    kl(
        "Exponential‖Weibull",
        "k_2*log(lamda_1*lamda_2) - log(k_2) + (k_2 - 1)*EulerGamma + (lamda_1*lamda_2)**(-k_2)*gamma(k_2 + 1) - 1",
        WEIBULL,
    ),
    kl(
        "Rayleigh‖Exponential",
        "lamda_2*sigma_1*sqrt(pi/2) - log(lamda_2) - (1 + log(sigma_1/sqrt(2)) + EulerGamma/2)",
        f"{WIKIPEDIA}, Rayleigh distribution: entropy and mean",
    ),
)

_INFINITE = {
    "Beta": "Pareto",
    "ContinuousBernoulli": "Pareto",
    "Exponential": "Beta ContinuousBernoulli Pareto Uniform",
    "Gamma": "Beta ContinuousBernoulli Pareto Uniform",
    "Gumbel": "Beta ContinuousBernoulli Exponential Gamma Pareto Uniform",
    "Laplace": "Beta ContinuousBernoulli Exponential Gamma Pareto Uniform",
    "Normal": "Beta ContinuousBernoulli Exponential Gamma Pareto Uniform",
    "Pareto": "Beta ContinuousBernoulli Uniform",
    "Poisson": "Bernoulli Binomial",
}
INFINITE = tuple(
    kl(f"{p}‖{q}", "oo", f"{TORCH}, _infinite_like") for p, others in _INFINITE.items() for q in others.split()
)

# --- cross-entropies ---------------------------------------------------------------------------------------------

CROSS_ENTROPIES = (
    ce("Normal", "log(2*pi*sigma_2**2)/2 + (sigma_1**2 + (mu_1 - mu_2)**2)/(2*sigma_2**2)", NOCK),
    ce("LogNormal", "mu_1 + log(2*pi*sigma_2**2)/2 + (sigma_1**2 + (mu_1 - mu_2)**2)/(2*sigma_2**2)", NOCK),
    ce("Exponential", "lamda_2/lamda_1 - log(lamda_2)", NOCK),
    ce("Rayleigh", "2*log(sigma_2) - log(sigma_1) - log(2)/2 + EulerGamma/2 + sigma_1**2/sigma_2**2", NOCK),
    ce(
        "Gamma",
        "loggamma(k_2) + k_2*log(theta_2) - (k_2 - 1)*(digamma(k_1) + log(theta_1)) + k_1*theta_1/theta_2",
        NOCK,
    ),
    ce(
        "Beta",
        "loggamma(alpha_2) + loggamma(beta_2) - loggamma(alpha_2 + beta_2) - (alpha_2 - 1)*(digamma(alpha_1) - digamma(alpha_1 + beta_1))"
        " - (beta_2 - 1)*(digamma(beta_1) - digamma(alpha_1 + beta_1))",
        NOCK,
    ),
    ce("Laplace", "log(2*b_2) + (abs(mu_1 - mu_2) + b_1*exp(-abs(mu_1 - mu_2)/b_1))/b_2", GIL),
    ce(
        "Weibull",
        "-log(k_2) + k_2*log(lamda_2) - (k_2 - 1)*(log(lamda_1) - EulerGamma/k_1) + (lamda_1/lamda_2)**k_2*gamma(k_2/k_1 + 1)",
        WEIBULL,
    ),
    ce(
        "Pareto",
        "-log(alpha_2) - alpha_2*log(x_m_2) + (alpha_2 + 1)*(log(x_m_1) + 1/alpha_1)",
        GIL,
        when="x_m_1 >= x_m_2",
    ),
    ce("Cauchy", "log(pi*((gamma_1 + gamma_2)**2 + (x_0_1 - x_0_2)**2)/gamma_2)", CAUCHY),
    ce("Bernoulli", "-p_1*log(p_2) - (1 - p_1)*log(1 - p_2)", NOCK),
    ce("Geometric", "-log(p_2) - (1 - p_1)/p_1*log(1 - p_2)", NOCK),
    ce("Uniform", "log(b_2 - a_2)", COVER, when=NESTED),
    ce("Laplace‖Normal", "log(2*pi*sigma_2**2)/2 + (2*b_1**2 + (mu_1 - mu_2)**2)/(2*sigma_2**2)", COVER),
    ce("Poisson‖GeometricFromZero", "-log(p_2) - lamda_1*log(1 - p_2)", NOCK),
    ce(
        "StudentT‖Normal",
        "log(2*pi*sigma_2**2)/2 + (nu_1/(nu_1 - 2)*sigma_1**2 + (mu_1 - mu_2)**2)/(2*sigma_2**2)",
        f"{WIKIPEDIA}, Student's t-distribution: its variance",
        when="nu_1 > 2",
    ),
    ce("Pareto‖Exponential", "lamda_2*alpha_1*x_m_1/(alpha_1 - 1) - log(lamda_2)", COVER, when="alpha_1 > 1"),
)

ROWS = ENTROPIES + SAME_FAMILY + CROSS_FAMILY + INFINITE + CROSS_ENTROPIES
