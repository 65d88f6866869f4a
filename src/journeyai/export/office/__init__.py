"""The map as documents of an office suite: a report, slides, a workbook; all three can be edited like any other."""
