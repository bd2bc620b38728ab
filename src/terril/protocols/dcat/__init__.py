"""The catalogue as linked data: DCAT-AP 3.0.1, in pages, as Turtle, JSON-LD and RDF/XML."""

from terril.protocols.dcat.catalogue import About, Page, catalogue_graph, page_of
from terril.protocols.dcat.syntax import Syntax, negotiate, serialise

__all__ = ["About", "Page", "Syntax", "catalogue_graph", "negotiate", "page_of", "serialise"]
