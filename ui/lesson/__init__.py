"""What a lesson shows over the page that it is about."""
