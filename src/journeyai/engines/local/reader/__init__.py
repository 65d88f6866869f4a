"""The reader: a small encoder that reads each utterance inside what was said around it."""
