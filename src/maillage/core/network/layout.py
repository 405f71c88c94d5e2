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
    links = np.array(graph.edges(), dtype=np.int64).reshape(-1, 2)
    ideal = 1.1 / np.sqrt(count)
    for step in range(STEPS):
        points += _moves(points, links, ideal=ideal, longest=0.12 * (1 - step / STEPS) + 0.002)
    return _spread(_boxed(points, width, height), width, height, apart)


def _moves(points: Points, links: NDArray[np.int64], *, ideal: float, longest: float) -> Points:
    away = points[:, None, :] - points[None, :, :]
    distance = np.maximum(np.sqrt((away**2).sum(axis=2)), 1e-3)
    moves: Points = (away * (ideal**2 / distance**2)[:, :, None]).sum(axis=1)
    pull = points[links[:, 0]] - points[links[:, 1]]
    pull *= (np.sqrt((pull**2).sum(axis=1)) / ideal)[:, None]
    np.add.at(moves, links[:, 0], -pull)
    np.add.at(moves, links[:, 1], pull)
    moves -= points * 0.6 * ideal
    lengths = np.maximum(np.sqrt((moves**2).sum(axis=1)), 1e-9)
    limited: Points = moves * (np.minimum(lengths, longest) / lengths)[:, None]
    return limited


def _boxed(points: Points, width: float, height: float) -> Points:
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.array([width, height])
    if len(points) == 1:
        return np.array([room / 2])
    boxed: Points = (points - low) / np.maximum(high - low, 1e-9) * room
    return boxed


def _spread(points: Points, width: float, height: float, apart: float) -> Points:
    """Push away from one another the nodes that would be drawn on top of each other."""
    count = len(points)
    for _ in range(60):
        away = points[:, None, :] - points[None, :, :]
        distance = np.sqrt((away**2).sum(axis=2)) + np.eye(count) * 1e9
        close = np.maximum(0, apart - distance) / 2
        if not close.any():
            break
        points = points + (away / np.maximum(distance, 1e-6)[:, :, None] * close[:, :, None]).sum(axis=1)
        points = np.clip(points, 0, [width, height])
    return points
