"""What allauth asks of us: who may create an account, and where one goes next."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody creates an account unasked."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """An identity provider opens accounts that exist, or that an invitation awaits."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        """Nobody creates an account unasked."""
        return False
