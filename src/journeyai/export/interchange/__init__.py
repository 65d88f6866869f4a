"""Hands the map on to other tools: CJML, TheyDo, Lucid and the tools of qualitative analysis (REFI-QDA).

What each file holds and what it leaves out stands in docs/formats.md; what was validated by what, in
docs/decisions/0019.
"""
