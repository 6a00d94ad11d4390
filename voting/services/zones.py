"""Where times are shown and read: one place decides, the assembly's plan; without one the legal zone."""

from voting.protocol.election import is_uuid
from voting.rules.periods import LEGAL_ZONE
from voting.services.site import Site
from voting.store import assemblies as assembly_rows
from voting.store.assemblies import zone_of_plan
from voting.store.elections import election_row


def zone_of(site: Site, uuid: str) -> str:
    """The time zone of an election or an assembly by its IANA name; the legal one for whatever is neither."""
    if not is_uuid(uuid):
        return LEGAL_ZONE
    with site.store.read() as tx:
        election = election_row(tx, uuid)
        if election is not None:
            return election.zone
        assembly = assembly_rows.assembly_row(tx, uuid)
    return LEGAL_ZONE if assembly is None else zone_of_plan(assembly.plan)
