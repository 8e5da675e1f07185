"""The published APIs about recognition that this site speaks, one folder each."""
