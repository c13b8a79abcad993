"""CSV files in a folder with a mapping.yaml: any system that can export tables, without code."""
