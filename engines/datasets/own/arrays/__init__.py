"""Arrays: IDX, and NumPy's .npz, whose arrays are read one by one, never by a pickle.

Read in this order: `idx_pairs`; `npy` (one array), `keys` (which array is what), `npz`.
"""
