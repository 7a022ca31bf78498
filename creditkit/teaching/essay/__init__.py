"""Essays: an answer in free text read, and marked by the key points of its question."""
