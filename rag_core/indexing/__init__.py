"""Pages become chunks, chunks become vectors, vectors go to Milvus: differences, generations, the alias."""
