"""What computing costs in memory and in time, known before it is begun."""
