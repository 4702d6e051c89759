"""The flags: each declared once, as a field of a class that commands share.

A flag that was not given is None: what holds then is decided later, in one place
(`config`).
"""
