"""One's account: signing in, what protects it, sessions, data; the invitation that opens it."""
