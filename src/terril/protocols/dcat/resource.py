"""A record as a dataset or a data service of DCAT-AP."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from terril.core.records import Agent, Distribution, Kind, Record
from terril.core.text import NBSP
from terril.core.vocabularies import (
    ACCESS,
    EU,
    EUROPEAN_THEMES,
    FREQUENCIES,
    THEMES,
    file_format,
    licence,
    territory_address,
)
from terril.protocols.dcat import terms
from terril.protocols.dcat.terms import ADMS, GEODCAT, VCARD


class Writer:
    """Adds records to a graph.

    Parameters
    ----------
    graph : what is written to.
    catalogue : address of the catalogue; what has no address of its own is named from it.
    """

    def __init__(self, graph: Graph, catalogue: URIRef) -> None:
        self._graph = graph
        self._catalogue = catalogue
        self._named: dict[str, URIRef] = {}
        self._said: set[URIRef] = set()

    def say(self, subject: URIRef, relation: URIRef, value: Node | None) -> None:
        """Add a statement, unless there is nothing to say."""
        if value is not None:
            self._graph.add((subject, relation, value))

    def subjects(self, records: Iterable[Record]) -> list[tuple[Record, URIRef]]:
        """The name of each record in the graph: two never have the same."""
        found: list[tuple[Record, URIRef]] = []
        taken: set[URIRef] = set()
        for record in records:
            page = terms.web(record.address.partition("#")[0])
            subject = (
                URIRef(f"{page}#{record.kind}") if page else self._own(f"{record.kind}-{_hash(record.identifier)}")
            )
            while subject in taken:
                subject = self._own(f"{record.kind}-{_hash(str(len(taken)), record.identifier)}")
            taken.add(subject)
            found.append((record, subject))
            if record.kind is Kind.DATASET or record.identifier not in self._named:
                self._named[record.identifier] = subject
        return found

    def record(self, record: Record, node: URIRef) -> None:
        """Add a record."""
        service = record.kind is Kind.SERVICE
        self.say(node, RDF.type, DCAT.DataService if service else DCAT.Dataset)
        self._texts(record, node)
        self._people(record, node)
        self._vocabularies(record, node)
        self._extent(record, node)
        for address in record.conforms_to:
            self.say(node, DCTERMS.conformsTo, self.typed(terms.web(address), DCTERMS.Standard))
        for source in record.sources:
            self._source(source, node)
        if service:
            self._endpoints(record, node)
        else:
            for i, distribution in enumerate(record.distributions, 1):
                self._distribution(distribution, record, URIRef(f"{node}-{i}"), node)

    def agent(self, agent: Agent) -> URIRef:
        """Add an organisation."""
        node = self._own(f"organisation-{_hash(agent.name, agent.siren, agent.address, agent.email)}")
        if node in self._said:
            return node
        self._said.add(node)
        self.say(node, RDF.type, FOAF.Agent)
        self.say(node, FOAF.name, terms.french(agent.name) or Literal("Organisation", lang="fr"))
        self.say(node, DCTERMS.identifier, terms.plain(agent.siren))
        self.say(node, FOAF.homepage, self.typed(terms.web(agent.address), FOAF.Document))
        self.say(node, FOAF.mbox, terms.mail(agent.email))
        return node

    def licence(self, name: str, owner: URIRef) -> URIRef | None:
        """Add a licence: by its own address where it is known, else as a text of its owner."""
        label = terms.french(name)
        if label is None:
            return None
        known = licence(name)
        node = URIRef(known.address) if known else terms.web(name) or URIRef(f"{owner}-licence")
        self.say(node, RDFS.label, Literal(known.name, lang="fr") if known else label)
        return self.typed(node, DCTERMS.LicenseDocument)

    def typed(self, node: URIRef | None, kind: URIRef) -> URIRef | None:
        """Say what an address leads to."""
        if node is not None:
            self.say(node, RDF.type, kind)
        return node

    def concept(self, node: URIRef, kind: URIRef, label: str = "") -> URIRef:
        """Add a word of an authority table, with the table that it is from."""
        if node in self._said:
            return node
        self._said.add(node)
        self.say(node, RDF.type, kind)
        self.say(node, SKOS.inScheme, URIRef(node.rpartition("/")[0]))
        self.say(node, SKOS.prefLabel, terms.french(label))
        return node

    def _own(self, name: str) -> URIRef:
        return URIRef(f"{self._catalogue.partition('#')[0]}#{name}")

    def _texts(self, record: Record, node: URIRef) -> None:
        title = terms.french(record.title) or Literal(record.kind.label, lang="fr")
        self.say(node, DCTERMS.title, title)
        self.say(node, DCTERMS.description, terms.french(record.description) or title)
        self.say(node, DCTERMS.identifier, terms.plain(identifier(record)))
        self.say(node, DCAT.landingPage, self.typed(terms.web(record.address), FOAF.Document))
        self.say(node, DCTERMS.issued, terms.day(record.issued))
        self.say(node, DCTERMS.modified, terms.day(record.modified))
        version = terms.plain(record.version)
        self.say(node, terms.VERSION, version)
        self.say(node, OWL.versionInfo, version)
        if vintage := terms.plain(record.vintage):
            self.say(node, ADMS.versionNotes, Literal(f"Millésime{NBSP}: {vintage}", lang="fr"))
        for keyword in record.keywords:
            self.say(node, DCAT.keyword, terms.french(keyword))
        if text := terms.french(record.provenance):
            statement = URIRef(f"{node}-provenance")
            self.say(node, DCTERMS.provenance, self.typed(statement, DCTERMS.ProvenanceStatement))
            self.say(statement, RDFS.label, text)

    def _people(self, record: Record, node: URIRef) -> None:
        self.say(node, DCTERMS.creator, self.agent(record.producer))
        self.say(node, DCTERMS.publisher, self.agent(record.publisher or record.producer))
        if record.steward is not None:
            self.say(node, GEODCAT.custodian, self.agent(record.steward))
        for agent in (record.steward, record.publisher, record.producer):
            reached = agent and (terms.mail(agent.email), terms.web(agent.address))
            if agent is not None and reached and any(reached):
                contact = URIRef(f"{node}-contact")
                self.say(node, DCAT.contactPoint, self.typed(contact, VCARD.Kind))
                self.say(contact, RDF.type, VCARD.Organization)
                self.say(contact, VCARD.fn, terms.french(agent.name) or Literal("Organisation", lang="fr"))
                self.say(contact, VCARD.hasEmail, reached[0])
                self.say(contact, VCARD.hasURL, reached[1])
                return

    def _vocabularies(self, record: Record, node: URIRef) -> None:
        self.say(node, DCTERMS.language, self.concept(terms.FRENCH, DCTERMS.LinguisticSystem))
        right = URIRef(f"{EU}access-right/{ACCESS[record.openness]}")
        self.say(node, DCTERMS.accessRights, self.concept(right, DCTERMS.RightsStatement))
        self.say(node, DCTERMS.license, self.licence(record.licence, node))
        if code := FREQUENCIES.get(record.frequency):
            often = URIRef(f"{EU}frequency/{code}")
            self.say(node, DCTERMS.accrualPeriodicity, self.concept(often, DCTERMS.Frequency))
        if code := THEMES.get(record.theme):
            theme = URIRef(f"{EU}data-theme/{code}")
            self.say(node, DCAT.theme, self.concept(theme, SKOS.Concept, EUROPEAN_THEMES[code][0]))
        if notation := terms.plain(record.theme):
            self.say(node, DCAT.theme, self._word("theme", str(notation), str(notation)))
        if record.kind not in (Kind.DATASET, Kind.SERVICE):
            self.say(node, DCTERMS.type, self._word("kind", record.kind, record.kind.label))

    def _word(self, table: str, word: str, label: str) -> URIRef:
        """A word of a table of ours, named from the catalogue."""
        node = self._own(f"{table}-{word if word.isascii() and word.isalnum() else _hash(word)}")
        self.say(node, RDF.type, SKOS.Concept)
        self.say(node, SKOS.prefLabel, terms.french(label))
        self.say(node, SKOS.notation, Literal(word))
        self.say(node, SKOS.inScheme, self._own(f"{table}s"))
        return node

    def _extent(self, record: Record, node: URIRef) -> None:
        extent = record.extent
        insee = terms.web(territory_address(extent.territory))
        self.say(node, DCTERMS.spatial, self.typed(insee, DCTERMS.Location))
        box, label = terms.box(extent.bbox), terms.french(extent.label)
        if box is not None or label is not None or (extent.territory and insee is None):
            # Apart from the territory: the box of a record is its own, and a place has one at most.
            place = URIRef(f"{node}-place")
            self.say(node, DCTERMS.spatial, self.typed(place, DCTERMS.Location))
            self.say(place, DCAT.bbox, box)
            self.say(place, SKOS.prefLabel, label)
            self.say(place, DCTERMS.identifier, terms.plain(extent.territory))
        begin, end = terms.day(extent.begin), terms.day(extent.end)
        if begin is not None or end is not None:
            period = URIRef(f"{node}-period")
            self.say(node, DCTERMS.temporal, self.typed(period, DCTERMS.PeriodOfTime))
            self.say(period, DCAT.startDate, begin)
            self.say(period, DCAT.endDate, end)

    def _source(self, source: str, node: URIRef) -> None:
        name = terms.plain(source)
        if name is not None:
            origin = self._named.get(source) or self._own(f"source-{_hash(source)}")
            self.say(node, PROV.wasDerivedFrom, origin)
            if source not in self._named:
                self.say(origin, DCTERMS.identifier, name)

    def _distribution(self, item: Distribution, record: Record, node: URIRef, dataset: URIRef) -> None:
        address = terms.web(item.address)
        if address is None:
            return
        self.say(dataset, DCAT.distribution, self.typed(node, DCAT.Distribution))
        self.say(node, DCAT.accessURL, address)
        self.say(node, DCAT.downloadURL, address if item.download else None)
        self.say(node, DCTERMS.license, self.licence(item.licence or record.licence, node))
        self._access(item, node)
        if item.bytes is not None and item.bytes >= 0:
            self.say(node, DCAT.byteSize, Literal(str(item.bytes), datatype=XSD.nonNegativeInteger))

    def _endpoints(self, record: Record, node: URIRef) -> None:
        """Where a service answers; at its page where it says nothing better."""
        reached = False
        for item in record.distributions:
            address = terms.web(item.address)
            if address is not None:
                reached = True
                self.say(node, DCAT.endpointURL, address)
                self._access(item, address)
        if not reached:
            self.say(node, DCAT.endpointURL, terms.web(record.address) or node)

    def _access(self, item: Distribution, node: URIRef) -> None:
        self.say(node, DCTERMS.title, terms.french(item.title))
        found = file_format(item.format) or file_format(item.media_type)
        if found is not None and found.european:
            code = URIRef(f"{EU}file-type/{found.european}")
            self.say(node, DCTERMS.format, self.concept(code, DCTERMS.MediaTypeOrExtent))
        media = item.media_type.partition(";")[0].strip().lower() or (found.media_type if found else "")
        if media.count("/") == 1 and (iana := terms.web(terms.IANA + media)):
            self.say(node, DCAT.mediaType, self.typed(iana, DCTERMS.MediaType))
        self.say(node, DCTERMS.conformsTo, self.typed(terms.web(item.conforms_to), DCTERMS.Standard))


def identifier(record: Record) -> str:
    """Identifier of a record in a catalogue where all kinds are together: ``indicator:logement/part_vacants``."""
    return record.identifier if record.kind is Kind.DATASET else f"{record.kind}:{record.identifier}"


def _hash(*parts: str) -> str:
    # Surrogates, which no UTF-8 holds, have a name too.
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
