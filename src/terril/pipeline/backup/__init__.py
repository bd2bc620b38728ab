"""A consistent copy of all that Terril holds, and putting it back."""
