"""What may be claimed and until when: interest, compensation, limitation, suits."""
