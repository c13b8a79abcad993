"""monitum law: what the law gives, with its working."""
