#!/usr/bin/env node
// `tin COMMAND` from anywhere → the command line on the pinned Node, whichever Node started this file.
import { main } from '../scripts/main.mjs';

main('tin', process.argv.slice(2));
