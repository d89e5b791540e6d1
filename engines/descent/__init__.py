"""Going down curves, surfaces and a real network's loss: steps, momentum, stationary points (chapter 2.4.3)."""
