"""Everything that learns: backends, network, losses, optimizers, data and the training loop.

Nothing in here knows of Streamlit. Read in this order: `operations`, `backends.numpy_backend`, `network`,
`losses`, `optimizers`, `training`, `recording`.
"""
