"""What project and site files may say: frozen data, no disk, no engine."""

from chaland.spec.column import Column
from chaland.spec.project import Features, Predict, Project, Segments, Target
from chaland.spec.site import Site
from chaland.spec.table import Table

__all__ = ["Column", "Features", "Predict", "Project", "Segments", "Site", "Table", "Target"]
