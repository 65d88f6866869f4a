"""The steps that a model performs: each a reply, and plain functions around it."""
