"""The engine that asks a language model at any OpenAI-compatible address, or of any provider LangChain knows."""
