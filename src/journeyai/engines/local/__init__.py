"""The engine that needs no key and no network: small heads over sentence vectors, word shapes and cues."""
