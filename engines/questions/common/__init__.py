"""What several questions need: arguments that are checked, and runs brought to a step. No question is here."""
