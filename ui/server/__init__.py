"""What this server can bear: its limits, who holds how much memory, what is given back."""
