"""The invoice under the margin scheme: no tax is shown."""
