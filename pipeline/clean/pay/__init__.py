"""Pay: what an intern is paid and pays."""
