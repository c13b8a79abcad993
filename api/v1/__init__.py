"""Version 1 of the API: JSON for the CRM and for tools."""
