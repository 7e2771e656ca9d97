"""Where: places, and whether one works there or from afar."""
