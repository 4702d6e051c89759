"""Has a Python that is started with this folder in PYTHONPATH simulate Windows."""

import simulation

simulation.install()
