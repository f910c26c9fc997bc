"""How good advice toward the references is: against what engineers did, and against errors that were planted."""
