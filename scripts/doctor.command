#!/bin/sh
# Says whether this machine can run the book: on macOS a double click starts it. doctor.sh has the rest.
sh "$(dirname "$0")/doctor.sh" "$@"
code=$?
# The window stays until a key is pressed.
printf '\nEnter closes this window. '
read -r _
exit "$code"
