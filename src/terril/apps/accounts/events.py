"""Moments of an account that other apps take part in."""

from django.dispatch import Signal

#: Before an account is emptied, with ``user``: a receiver raises AccountError to refuse, with the remedy.
leaving = Signal()
#: While an account is emptied, in its transaction, with ``user``: a receiver removes what it holds of the person.
erasing = Signal()
#: While a person's data is gathered, with ``user``: a receiver answers ``{title: [{name: value}]}``.
gathering = Signal()
