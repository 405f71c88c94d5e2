"""What `make bench` measures, on the machine it runs on. Results in `bench/results`, table in `docs/mesures.md`."""
