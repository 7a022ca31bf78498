"""Questions to and from other learning platforms: Moodle XML, GIFT and QTI."""
