"""What a reviewer can do to a map: typed changes, what they do to it, and their history."""
