"""Content: what the coursework teaches, as YAML in Chinese and English, and its loader."""
