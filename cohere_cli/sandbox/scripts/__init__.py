"""Scripts: replies chosen by rules, request by request."""
