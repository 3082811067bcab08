"""qticonv converts raw quiz text into QTI 2.1.

Moodle XML and GIFT files that import with key, points and feedback.
"""

__version__ = "0.1.0"
