"""A fictional city, 示范市: its departments, its respondents, the problems planted in it, and a walk through the whole loop."""
