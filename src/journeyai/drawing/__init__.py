"""Drawing a study's map: what a draft begins with, the draft itself, and what is kept of the map before."""
