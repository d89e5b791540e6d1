"""The scene "four ways" of the Chain rule page: four ways to one derivative."""
