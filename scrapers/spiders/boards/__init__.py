"""Applicant-tracking systems: one module for each system that many employers publish with."""
