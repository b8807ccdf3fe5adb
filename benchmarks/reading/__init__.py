"""How well forms are read: one table of every reader and kind of field under what scanners, faxes, copiers and phones do.

    python -m benchmarks.reading --out DIR [--pages N] [--resume] [--part open|sealed] [--fonts DIR] [--only NAME,NAME]

The pages are drawn here, by code that shares nothing with `pipeline.drawing` nor with what readers are trained on: other
pens, other ink, other scanners, and hands and fonts that `kept` keeps from training.
"""
