"""What a decision takes out of sight: protected persons, and rows that were obtained unlawfully."""
