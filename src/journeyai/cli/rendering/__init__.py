"""What people see in the terminal.  Together with the commands the only place that knows rich."""
