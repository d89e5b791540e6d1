"""Files that come over a network: at a pace, or not at all. Apart, so that who asks for no file imports no HTTP."""
