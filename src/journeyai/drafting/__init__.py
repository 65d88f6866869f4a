"""From observations to a map: grounding, themes, personas, assembly; and the proofs: verification, coverage."""
