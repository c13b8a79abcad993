"""Shapes of requests and answers, beside the OpenAPI document they make."""
