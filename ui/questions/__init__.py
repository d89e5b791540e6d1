"""The page of readers' questions: its cards, the experiment of the open one, its verdict and picture."""
