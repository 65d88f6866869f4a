"""More processes here, or other machines: a Dask cluster that looks like an executor of `concurrent.futures`.

What is handed in is a function of this package and its arguments; the one travels by name and the others by value, so
a worker needs the same JourneyAI and no file of the study.  Dask trusts whoever can reach it: see `docs/scale.md`.
`distributed` and `dask` are imported here alone, and only when a cluster is opened.
"""

from journeyai.cluster.executor import ClusterExecutor, PortionLostError
from journeyai.cluster.opening import check_address, open_cluster

__all__ = ["ClusterExecutor", "PortionLostError", "check_address", "open_cluster"]
