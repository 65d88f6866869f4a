"""Takes maps in: our own files with what was edited in them, and anybody's workshop map as assumptions.

What comes back is always changes (`model/changes.py`), so a file stands in the same history as the chat, can be undone,
and can do nothing that the chat could not do.  Nothing is written here: whoever calls commits the changes, or none.
"""
