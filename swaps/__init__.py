"""Swaps: the engine, the jobs, the studio, results, and every surface that asks for one."""
