"""The double goal: what the units produce and achieve in their profession, beside the epidemic."""
