"""The JSON interface: resources keyed on INSEE and SIREN codes, within the rights of who asks."""
