"""Files of data providers as neutral values, and those as parts of boards: pure functions from
bytes. Feeds read with the same modules. SPEC: RD."""
