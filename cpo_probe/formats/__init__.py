"""File formats that exports come in: readers that judge a file of any size, and their rules."""
