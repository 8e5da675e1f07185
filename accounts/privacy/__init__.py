"""What an account may decide about its data: a copy of it, how long swaps are kept, and its end."""
