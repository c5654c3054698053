#!/bin/sh
# The entry point of the nginx stand-in. The public one also fills templates, which nothing here uses.
set -eu
exec "$@"
