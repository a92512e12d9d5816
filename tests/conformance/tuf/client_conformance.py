"""usage: client_conformance.py MRGCTL

Drives `mrgctl tuf` against simulated repositories, in the manner of the suite of the TUF project:
valid repositories are read, invalid ones refused, step by step as the specification says.
"""

import sys

import case_runner
import client_case
import foreign_cases
import key_cases
import refresh_cases
import target_cases
import vector_cases

if __name__ == "__main__":
    client_case.ClientCase.CLIENT = [sys.argv[1], "tuf"]
    sys.exit(case_runner.run([refresh_cases, key_cases, target_cases, vector_cases,
                              foreign_cases]))
