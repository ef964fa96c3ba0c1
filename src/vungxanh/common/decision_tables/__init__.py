"""Decision tables: dated rules in files that an official can read, judged on columns of any length."""

from vungxanh.common.decision_tables.compiled import Judged
from vungxanh.common.decision_tables.editions import (
    Edition,
    Editions,
    NoEditionInForceError,
    Status,
    load_editions,
)
from vungxanh.common.decision_tables.faults import Fault, RuleFileError
from vungxanh.common.decision_tables.registry import RuleFile, edition_file, register_rules, rule_files, table_file
from vungxanh.common.decision_tables.tables import (
    DecisionTable,
    Judgement,
    Reason,
    Row,
    Rulebook,
    TableEdition,
    load_table,
)

__all__ = [
    "DecisionTable",
    "Edition",
    "Editions",
    "Fault",
    "Judged",
    "Judgement",
    "NoEditionInForceError",
    "Reason",
    "Row",
    "RuleFile",
    "RuleFileError",
    "Rulebook",
    "Status",
    "TableEdition",
    "edition_file",
    "load_editions",
    "load_table",
    "register_rules",
    "rule_files",
    "table_file",
]
