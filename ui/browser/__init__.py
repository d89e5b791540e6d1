"""What is said to the browser besides the page, and what the browser says when the server is silent."""
