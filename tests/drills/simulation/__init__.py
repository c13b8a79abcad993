"""The product's dispatcher, decisions and mass hold in a world of one thread, a virtual clock and seeded faults."""
