"""Ports for a demo that a test starts. Needs deploy/ on sys.path."""

import random

import federation


def free_base():
    """A port base whose ports were free a moment ago, below those that the system gives out."""
    while True:
        base = random.randrange(18000, 32000)
        if not federation.port_in_use(federation.fixed_layout(base)):
            return base
