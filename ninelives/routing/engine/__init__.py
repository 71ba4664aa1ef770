"""Who gets which contact: state in, decisions out. No Django, no clock, no chance, no files, no network.

Live, in replay and in simulation the same functions of `deciding` decide. Times are seconds on any clock that only
goes forward; rates are per second. The method and its sources: docs/explanation/routing.md.
"""
