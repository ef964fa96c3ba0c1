"""Vùng Xanh: an emulation movement of a public agency, run from launch to commendation, and safe in an epidemic."""

__version__ = "0.1.0"
