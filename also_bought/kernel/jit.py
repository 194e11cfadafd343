"""How the kernel's loops are compiled.

Import it late: importing numba costs half a second.
"""

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a loop when it is first called, and keep the code where this user may write.

    Without such a place, as for a service without a home that runs somebody else's installation,
    each process compiles anew.
    """

    def compile_late(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            return njit(function, cache=True, nogil=True, **options)
        except RuntimeError:  # numba finds no folder for the code
            return njit(function, nogil=True, **options)

    return compile_late
