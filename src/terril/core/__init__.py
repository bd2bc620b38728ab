"""The pure domain: no framework, no storage, no network, no clock."""
