"""What JourneyAI knows of the field: templates of methods, words in two languages, cues."""
