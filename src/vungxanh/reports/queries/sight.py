"""With which roles one sees a unit's day, and the control room."""

from vungxanh.organization import roles
from vungxanh.organization.enums import Role

SEE_UNIT_DAY = roles.UNIT_STAFF | roles.LEADERS | {Role.OFFICE, Role.HEALTH_OFFICER}
SEE_CONTROL_ROOM = roles.LEADERS | {Role.OFFICE, Role.HEALTH_OFFICER}
