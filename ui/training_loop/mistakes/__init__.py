"""The images that the network gets wrong, worst first, cell by cell of the confusion matrix."""
