"""What the readers' questions are computed with: their answers' pictures, the rules they ask about, small runs."""
