"""Limen for gdb: the commands `limen ...`, names for the frames of a crossing, programs' symbols."""
