"""QTI 2.1: a content package with one document an item, a test and a manifest.

The form of the items is the one that qti-sdk (TAO), JQTI+ (QTIWorks, OpenOLAT), qti-components and pyslet score and
answer alike, and from which Canvas Classic reads key, points and feedback. Everything is valid against the official
schemas (items and tests: imsqti_v2p1; manifest: the QTI 2.1 profile of IMS CP 1.2).
"""

from qticonv.writers.qti21.limits import limits
from qticonv.writers.qti21.package import write

__all__ = ["limits", "write"]
