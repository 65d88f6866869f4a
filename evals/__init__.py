"""What says how good JourneyAI is: training of the local engine, scores, benchmarks."""
