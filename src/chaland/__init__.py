"""chaland: customer files in; audited tables, segments, predictions and decisions out."""
