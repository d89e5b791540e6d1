"""The drawing pad: the network answers what one draws, or what is laid on the sheet from elsewhere."""
