"""What the platform does of personal data."""
