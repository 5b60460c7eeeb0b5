"""Sparse matrices of whole numbers: made of rows, and taken apart into their entries."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from domain.matching.problem import Ints


def incidence(rows: Sequence[Sequence[int] | set[int]], width: int) -> csr_array:
    """A sparse matrix with a 1 in each named column of each row."""
    columns = [column for row in rows for column in sorted(row)]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return csr_array(
        (np.ones(len(columns), np.int64), np.array(columns, np.int64), starts),
        shape=(len(rows), width),
    )


def entries(matrix: csr_array) -> tuple[Ints, Ints, Ints]:
    """Row, column and number of each entry, in the order of the numbers, row by row."""
    matrix.sort_indices()
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    column = matrix.indices.astype(np.int64)
    return row, column, row * matrix.shape[1] + column
