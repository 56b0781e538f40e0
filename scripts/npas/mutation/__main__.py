"""`python -m npas.mutation`, which `make mutate` calls."""

import sys

from npas.mutation.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
