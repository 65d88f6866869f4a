"""What people see in the terminal.  Together with the commands and the chat the only place that knows rich."""
