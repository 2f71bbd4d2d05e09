"""The service: SPARQL protocol, API and pages over a register of GSE Skills; `app.create_app` makes it.

Nothing is imported here: the command line looks into this package at each command, and most need a part of it at most.
"""
