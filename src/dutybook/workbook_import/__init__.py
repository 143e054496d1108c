"""The import of workbooks: reads an exported register that people have edited, and takes over their changes."""
