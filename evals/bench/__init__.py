"""Speed and size: `make bench`, or `python -m evals.bench`.  Ratios measured in one run, never timed tests."""
