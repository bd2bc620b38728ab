"""Who publishes this portal: said by whoever installs it, never guessed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Publisher:
    """What the settings say; each is empty where nothing was said.

    Parameters
    ----------
    name, address : the body that publishes, and its postal address.
    director : who answers for what is published.
    contact : an electronic address, or the address of a form.
    host : who hosts the machine, with its address.
    """

    name: str = ""
    address: str = ""
    director: str = ""
    contact: str = ""
    host: str = ""

    @property
    def contact_href(self) -> str:
        """Where a message to the publisher goes; empty when it is neither an address nor a page."""
        if self.contact.startswith(("https://", "http://")):
            return self.contact
        return f"mailto:{self.contact}" if "@" in self.contact and " " not in self.contact else ""


def publisher() -> Publisher:
    """The publisher of this portal."""
    return Publisher(**{name: value.strip() for name, value in settings.PUBLISHER.items()})
