"""`python -m derive` is `derive`."""

import sys

from derive.cli.main import main

sys.exit(main())
