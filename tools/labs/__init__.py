"""The labs' tools: see docs/labs.md. tools/lab is the command."""
