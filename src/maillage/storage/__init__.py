"""HOW WE KEEP. Field types and constraints that every table shares."""
