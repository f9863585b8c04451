"""A questionnaire as a browser form, and the small forms of the office: what was posted becomes answers or faults."""
