"""Where to draw each node: linked ones near one another, the same graph always drawn the same way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.core.network.graph import Graph

Points = NDArray[np.float64]
STEPS = 160


def layout(graph: Graph, *, groups: list[int], width: float, height: float, apart: float) -> Points:
    """One point per node inside the box, at least about `apart` from one another when there is room.

    `groups`: nodes of one group start side by side. Source: Fruchterman and Reingold 1991, with a pull to the middle
    so that what is not linked stays in sight; then nodes too close push one another away.
    """
    count = len(graph)
    if count == 0:
        return np.zeros((0, 2))
    order = sorted(range(count), key=lambda node: (groups[node], node))
    angles = np.empty(count)
    angles[order] = np.arange(count) * 2 * np.pi / count
    points: Points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 0.5
    points *= 1 + 0.1 * (np.arange(count) % 5)[:, None]
    links = np.zeros((count, count))
    for left, right in graph.edges():
        links[left, right] = links[right, left] = 1
    ideal = 1.1 / np.sqrt(count)
    for step in range(STEPS):
        points += _moves(points, links, ideal=ideal, longest=0.12 * (1 - step / STEPS) + 0.002)
    return _spread(_boxed(points, width, height), width, height, apart)


def _moves(points: Points, links: Points, *, ideal: float, longest: float) -> Points:
    """One step: all push one another away, links (1 where two nodes are linked) pull, the middle pulls a little."""
    distance = _distances(points)
    moves = _along(points, ideal**2 / np.maximum(distance, 1e-3) ** 2 - links * (distance / ideal))
    moves -= points * 0.6 * ideal
    lengths = np.maximum(np.sqrt((moves**2).sum(axis=1)), 1e-9)
    limited: Points = moves * (np.minimum(lengths, longest) / lengths)[:, None]
    return limited


def _distances(points: Points) -> Points:
    """Between every two nodes."""
    x, y = points.T
    across, down = x[:, None] - x, y[:, None] - y
    return np.asarray(np.sqrt(across * across + down * down), dtype=np.float64)


def _along(points: Points, strengths: Points) -> Points:
    """For each node, the sum over the others of what leads from them to it, times a strength."""
    return np.asarray(points * strengths.sum(axis=1)[:, None] - strengths @ points, dtype=np.float64)


def _boxed(points: Points, width: float, height: float) -> Points:
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.array([width, height])
    if len(points) == 1:
        return np.array([room / 2])
    boxed: Points = (points - low) / np.maximum(high - low, 1e-9) * room
    return boxed


def _spread(points: Points, width: float, height: float, apart: float) -> Points:
    """Push away from one another the nodes that would be drawn on top of each other."""
    alone = np.eye(len(points)) * 1e9
    for _ in range(60):
        distance = _distances(points) + alone
        close = np.maximum(0, apart - distance) / 2
        if not close.any():
            break
        points = np.clip(points + _along(points, close / np.maximum(distance, 1e-6)), 0, [width, height])
    return points
