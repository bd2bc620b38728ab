"""Statistical disclosure control of linked tables: rules, secondary suppression, and the attack that proves both."""
