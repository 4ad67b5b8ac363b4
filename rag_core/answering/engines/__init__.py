"""What writes text: vLLM in process, an OpenAI-compatible server, or nothing (quotes only)."""
