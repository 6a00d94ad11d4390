"""What is printed or filed: letters, posters, reports, spreadsheets."""
