"""The people who are known: enrolment, many photos at once, and the do-not-use list."""
