"""HTTP: JSON for the CRM and for tools."""
