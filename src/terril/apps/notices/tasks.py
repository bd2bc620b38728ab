"""Letters that a page does not wait for: two hundred members are two hundred letters."""

from __future__ import annotations

from collections.abc import Iterable

from django_tasks import task

from terril.apps.notices.mailing import post
from terril.apps.notices.models import Notice


@task()
def mail(keys: list[int]) -> None:
    """Send notices by e-mail; what left already is not sent again."""
    post(Notice.objects.filter(pk__in=keys, mailed=None).select_related("user").order_by("pk"))


def post_later(notices: Iterable[Notice]) -> None:
    """Have notices sent by a worker."""
    keys = [notice.pk for notice in notices]
    if keys:
        mail.enqueue(keys)
