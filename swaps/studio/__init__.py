"""What a person does before a swap: choosing photos and faces, options, a free preview."""
