"""What lies around Django: bounds on bodies and connections, answers that wait, threads, error pages."""
