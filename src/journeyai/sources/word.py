class WordLoader:
    name = "word"
    def fits(self, raw): return 0.0
