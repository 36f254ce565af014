"""Checks JUnit XML by Jenkins' schema, reads it as a CI system does, and prints what was read.

Usage: junit.py SOURCES FILE, where SOURCES is the folder of the source packages.
"""

import json
import sys
from pathlib import Path

import xmlschema
from junitparser import Error, Failure, JUnitXml, Skipped

sources, file = map(Path, sys.argv[1:])
schemas = sorted(sources.glob("*/tests/vendor/jenkins/xunit-plugin/*/junit-10.xsd"))
if not schemas:
    sys.exit(f"no schema in {sources}")
for schema in schemas:
    xmlschema.XMLSchema(schema).validate(file)

suites = JUnitXml.fromfile(str(file))
cases = [(suite, case) for suite in suites for case in suite]
read = {
    name: sum(isinstance(result, kind) for _, case in cases for result in case.result)
    for name, kind in {"failures": Failure, "errors": Error, "skipped": Skipped}.items()
}
told = {name: sum(getattr(suite, name) for suite in suites) for name in read}
print(json.dumps({"tests": len(cases), "read": read, "told": told, "sum": suites.tests}))
