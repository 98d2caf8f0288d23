"""What the Spark engine is made of: its session, its dialect of Ibis, its tables, and files read on its workers."""

import warnings

# Only pandas data frames are meant, and none is made here.
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
