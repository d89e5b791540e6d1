"""The scene "network" of the Chain rule page: the live network's pass, taken apart."""
