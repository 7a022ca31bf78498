"""What the data of a credit department add up to."""
