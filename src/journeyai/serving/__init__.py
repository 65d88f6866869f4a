"""The map as a live page on this machine: looked at and changed in a browser, by the same steps as in the chat."""
