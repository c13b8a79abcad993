"""The CRM: signed webhooks about suspension and resumption, and the addresses they may go to."""
