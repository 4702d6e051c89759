"""Flags, each declared once, as a field of a class that commands share.

A flag that was not given is None: `config` resolves its value.
"""
