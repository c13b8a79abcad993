"""Commands about actions under way: worker, outbox, proposals, schedule, metrics."""
