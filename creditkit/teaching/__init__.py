"""Questions: how they are put, marked and kept, and what a student has mastered."""
