"""What somebody does with Monitum: typed request in, result out."""
