"""The recovery benchmark: put a known fault on a finished song and see how much of it each method takes back.

Tiers say what the method may compare with: *paired*, the same song without the fault; *sections*, another part of it; *unpaired*,
other artists' songs alone (cross-validated: neither the references nor the prior have seen the song or its artist).
"""
