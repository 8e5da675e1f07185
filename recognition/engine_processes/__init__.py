"""Processes beside the web server in which the engine runs, with no secret of the site and no database in reach."""
