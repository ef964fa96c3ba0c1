"""Outside parties, as small as they can be."""

from vungxanh.common.vietnamese import folded, text_sort_key
from vungxanh.organization.enums import PartyKind
from vungxanh.organization.models import Party, Unit
from vungxanh.organization.queries.parties import match_key


def make_party(code: str, agency: Unit, name: str = "Công ty TNHH Sao Mai", **more: str) -> Party:
    return Party.objects.create(
        code=code,
        agency=agency,
        name=name,
        sort_key=text_sort_key(name),
        search_name=folded(name),
        match_key=match_key(name),
        **{"kind": PartyKind.ENTERPRISE, **more},
    )
