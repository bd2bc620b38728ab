"""Files brought by members, and corrections that they propose."""
