"""The networks that an operator brought: kept with their licences, looked at, switched on, and put to work."""
