"""How runs, listings and internships live from night to night. Pure functions of frames."""
