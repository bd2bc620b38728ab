"""Search of territories and indicators."""
