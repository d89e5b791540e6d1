"""States of runs in a folder that the processes of a machine share, so that each can go on where another one stood."""
