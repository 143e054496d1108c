"""What a finding means outside its text: dates by the calendar, acts by their number."""
