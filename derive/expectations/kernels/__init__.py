"""The table of kernels: every normaliser that the engine trusts, as data.

The order is that in which they are tried.
"""

from derive.expectations.kernel import Kernel
from derive.expectations.kernels.circle import CIRCLE
from derive.expectations.kernels.cut import CUT
from derive.expectations.kernels.half_line import HALF_LINE
from derive.expectations.kernels.integers import INTEGERS
from derive.expectations.kernels.line import LINE
from derive.expectations.kernels.powers import POWERS

KERNELS: tuple[Kernel, ...] = (*POWERS, *LINE, *HALF_LINE, *CUT, *CIRCLE, *INTEGERS)
