"""What one request may read, in which words rights are given, and what follows for indicators."""

from terril.core.access.permissions import Action
from terril.core.access.scope import OPERATOR, PUBLIC, Reading, ReadScope, Window, scope_for
from terril.core.access.subject import ANYONE, Role, Subject

__all__ = ["ANYONE", "OPERATOR", "PUBLIC", "Action", "ReadScope", "Reading", "Role", "Subject", "Window", "scope_for"]
