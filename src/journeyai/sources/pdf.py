class PdfLoader:
    name = "pdf"
    def fits(self, raw): return 0.0
