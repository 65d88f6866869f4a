"""The options of every command, a module a group of them.  Imports nothing but argparse."""
