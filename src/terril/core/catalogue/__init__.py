"""The catalogue as a domain: words by which a record is found, points by which its quality is explained."""
