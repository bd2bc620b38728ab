"""The design system, each component with its states."""
