"""More than one process, more than one machine: replicas of the app behind one address.

On one machine `python -m deploy.serve` starts HAProxy and the replicas; `Dockerfile`, `compose.yaml` and
`kubernetes.yaml` do the same in containers. The manual is `docs/serving.md`.
"""
