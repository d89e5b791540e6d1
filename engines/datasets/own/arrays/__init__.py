"""Arrays: IDX and NumPy's .npz."""
