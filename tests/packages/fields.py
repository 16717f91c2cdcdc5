"""All cases, field by field."""

from . import earth, engineering, finance, light, sky, thermodynamics

FIELDS = (thermodynamics, earth, sky, light, finance, engineering)
CASES = [case for field in FIELDS for case in field.CASES]
