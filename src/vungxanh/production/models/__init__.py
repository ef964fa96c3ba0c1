"""What production keeps."""

from vungxanh.production.models.figures import ProductionFigure
from vungxanh.production.models.targets import ProductionTarget

__all__ = ["ProductionFigure", "ProductionTarget"]
