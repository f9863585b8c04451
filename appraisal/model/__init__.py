"""What things are, and which moves are legal. Standard library only."""
