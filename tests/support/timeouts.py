"""The unit of every timeout in tests: a millisecond, longer on slow machines."""

import os

MS = 0.001 * float(os.environ.get("TOUCHLINE_TEST_MS", "1"))
"""`async with asyncio.timeout(500 * MS)`: a guard against hanging, never an assertion about
time."""
