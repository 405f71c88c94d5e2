"""The network: who is linked, who holds it together, which links are missing and what each would mend.

Weights: `[network]`. Method: docs/method/articulation.md.
"""
