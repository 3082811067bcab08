"""Is a QTI 1.2 package right for Canvas?"""

from qticonv.conformance.canvas.package import check

__all__ = ["check"]
