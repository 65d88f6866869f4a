"""Training of the reader, the local engine's small encoder (`make reader`)."""
