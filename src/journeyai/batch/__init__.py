"""Summaries of many transcripts, from three files to a cluster: resumed by itself, with memory that stays flat.

An *item* is one document: a transcript, or one record of a table.  A *portion* is what a worker takes at a time.  The
*method* is everything that a summary depends on besides its item.  `run.Batch` is the door.
"""
