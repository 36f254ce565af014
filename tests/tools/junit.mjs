// Reads JUnit XML as CI systems do and prints it as JSON. Usage: node junit.mjs FILE
import { parse } from "junit2json";
import { readFileSync } from "node:fs";

process.stdout.write(JSON.stringify(await parse(readFileSync(process.argv[2], "utf8"))));
