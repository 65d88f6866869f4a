"""What people see in the terminal: the map, tables, progress.  With the commands, the only place that knows rich."""
