"""One peer on one world, in a process of its own: `peer.py METHOD CROSSINGS SUPPORT OUT`. Sets of travellers, as JSON.

Every peer gets the same baskets: who crossed a port in a direction within one quarter of an hour of the clock.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import duckdb

LEAST = 3
BASKETS = """
SELECT list(DISTINCT person_token ORDER BY person_token)
FROM (SELECT *, count(*) OVER (PARTITION BY person_token) AS times FROM read_parquet(?))
WHERE times >= ?
GROUP BY port_code, direction, epoch_us(crossed_at) // 900000000
"""


def baskets(path: str, support: int) -> list[list[str]]:
    """Baskets of those who cross often enough to be in a set at all."""
    return [row[0] for row in duckdb.connect().execute(BASKETS, [path, support]).fetchall()]


def pyfim(path: str, support: int) -> list[tuple[str, ...]]:
    """Borgelt's FP-growth, maximal sets."""
    from fim import fpgrowth

    found = fpgrowth(baskets(path, support), target="m", supp=-support, zmin=LEAST, report="a")
    return [tuple(sorted(members)) for members, _count in found]


def mlxtend(path: str, support: int) -> list[tuple[str, ...]]:
    """mlxtend's fpmax on a sparse frame."""
    import pandas as pd
    from mlxtend.frequent_patterns import fpmax
    from mlxtend.preprocessing import TransactionEncoder

    given = baskets(path, support)
    coder = TransactionEncoder()
    frame = pd.DataFrame.sparse.from_spmatrix(coder.fit(given).transform(given, sparse=True), columns=coder.columns_)
    found = fpmax(frame, min_support=support / len(given), use_colnames=True)
    return [tuple(sorted(members)) for members in found["itemsets"] if len(members) >= LEAST]


def spark(path: str, support: int) -> list[tuple[str, ...]]:
    """Spark's FP-growth, asked of Sail."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pysail.spark import SparkConnectServer
    from pyspark.ml.fpm import FPGrowth
    from pyspark.sql import SparkSession

    server = SparkConnectServer()
    server.start()
    _host, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://localhost:{port}").getOrCreate()
    given = baskets(path, support)
    frame = session.createDataFrame([(basket,) for basket in given], ["items"])
    fitted = FPGrowth(itemsCol="items", minSupport=support / len(given)).fit(frame)
    rows = fitted.freqItemsets.collect()
    return [tuple(sorted(row["items"])) for row in rows if len(row["items"]) >= LEAST]


METHODS: dict[str, Any] = {"pyfim": pyfim, "mlxtend": mlxtend, "spark": spark}

if __name__ == "__main__":
    method, crossings, support, out = sys.argv[1:]
    sets = METHODS[method](crossings, int(support))
    Path(out).write_text(json.dumps(sets))
