#!/bin/sh
# First process of the lab: starts the fabric, reaps whatever loses its parent, ends with the fabric. Node.js does not
# reap strangers, and one zombie that is not reaped keeps the dying node it belongs to from ending.
# A background command gets /dev/null as standard input unless it is handed over under another number.
exec 3<&0
"$@" <&3 3<&- &
wait $!
exit $?
