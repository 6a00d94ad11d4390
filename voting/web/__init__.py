"""The only code that knows Flask: one request becomes one call of a service."""
