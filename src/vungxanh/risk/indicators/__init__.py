"""What risk measures for the movement, split by noun (declarations, returns, zones)."""

from vungxanh.risk.indicators import declarations, returns, zones

INDICATORS = (*declarations.INDICATORS, *returns.INDICATORS, *zones.INDICATORS)
