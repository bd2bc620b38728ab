"""Addresses of notices."""

from __future__ import annotations

from tests.support.matrix.line import Address, answers, signed_in

NOTICES = (
    Address("notifications/", "/notifications/", signed_in()),
    Address("notifications/<int:notice>/", "/notifications/999999/", answers(302, 404, 404, 404, 404)),
    Address("notifications/lues/", "/notifications/lues/", answers(302, 405, 405, 405, 405), methods=("POST",)),
    Address("notifications/choix/", "/notifications/choix/", answers(302, 405, 405, 405, 405), methods=("POST",)),
)
