"""Questions on rates, rules and batches side by side (2.4.3)."""
