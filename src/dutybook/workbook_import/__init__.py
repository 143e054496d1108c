"""What people write into an exported register, brought back."""
