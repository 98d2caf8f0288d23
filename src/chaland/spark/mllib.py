"""Fitting by Spark MLlib, where the rows are: two-class models, principal components and K-Means, given back as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.ml import PipelineModel
from pyspark.ml.classification import GBTClassifier, LogisticRegression, RandomForestClassifier
from pyspark.ml.feature import PCA, ElementwiseProduct
from pyspark.ml.functions import array_to_vector, vector_to_array
from pyspark.ml.linalg import Vectors
from pyspark.ml.stat import Summarizer
from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from chaland.ports import Arrays
from chaland.spark import nodes

ROWS_PER_PART = 50_000
MOST_PARTS = 2_000
MEASURED = -1
Doubles = npt.NDArray[np.float64]
Words = Mapping[str, float | int]


@dataclass(frozen=True)
class Learnt:
    """One fitted model: `arrays` is all there is to it, and `measured` what it says itself of the rows that only measure."""

    model: Any
    rows: DataFrame
    arrays: Arrays
    shares: bool

    def measured(self) -> pa.Table:
        """`key` and `margin` of every row of fold -1, in the order of the keys, as MLlib gives them."""
        told = self.model.transform(self.rows.where(sf.col("fold") == MEASURED))
        margin = vector_to_array(sf.col("probability" if self.shares else "rawPrediction"))[1]
        return told.select("key", margin.alias("margin")).toArrow().sort_by("key")


class Fitting:
    """Rows to fit on, dealt into parts by their keys and sorted within: which rows lie together decides what a forest draws.

    Their number of parts hangs on the number of rows only, so that the same rows and seed give the same model on any cluster, but for
    the last digits of sums that arrive in another order.
    """

    def __init__(self, rows: DataFrame, scales: Doubles | None = None):
        """Take the rows in; `scales` is what a unit of each column is worth to a penalty (1 where it is not given)."""
        self._scales = scales
        parts = int(np.clip(-(-rows.count() // ROWS_PER_PART), 2, MOST_PARTS))
        vectors = array_to_vector(sf.col("design").cast("array<double>")).alias("features")
        dealt = rows.select("key", "fold", "label", vectors).repartition(parts, "key").sortWithinPartitions("key")
        self._rows = dealt.persist(StorageLevel.MEMORY_AND_DISK)

    def fit(self, algorithm: str, words: Words, seed: int, without: int | None = None) -> Learnt:
        """Fit a two-class model on all rows that do not measure, those of one fold left out."""
        fold = sf.col("fold")
        chosen = self._rows.where((fold != MEASURED) & (fold != without) if without is not None else fold != MEASURED)
        if algorithm == "logistic_regression":
            return self._logistic(chosen, float(words["C"]))
        model = _trees(algorithm, words, seed).fit(chosen)
        shares = algorithm == "random_forest"
        jvm = self._rows.sparkSession.sparkContext._jvm
        return Learnt(model, self._rows, nodes.arrays_of(model, jvm, shares), shares)

    def _logistic(self, chosen: DataFrame, strength: float) -> Learnt:
        """Penalised on the scaled columns by 1 / (C rows), which is the embedded engine's C."""
        [[first]] = chosen.select("features").limit(1).collect()
        scales = np.ones(len(first)) if self._scales is None else self._scales
        scaled = ElementwiseProduct(scalingVec=Vectors.dense(1.0 / scales), inputCol="features", outputCol="scaled")
        penalty = 1.0 / (strength * chosen.count())
        fit = LogisticRegression(featuresCol="scaled", regParam=penalty, maxIter=100, tol=1e-7, standardization=False)
        model = fit.fit(scaled.transform(chosen))
        arrays = {"weights": model.coefficients.toArray() / scales, "intercept": np.array([model.intercept])}
        return Learnt(PipelineModel([scaled, model]), self._rows, arrays, shares=False)

    def directions(self) -> Arrays:
        """The principal components of `design`: its `mean`, all `axes` (columns, widest first), and the `shares` of the variance."""
        [[mean]] = self._rows.select(Summarizer.mean(sf.col("features"))).collect()
        model = PCA(k=len(mean), inputCol="features", outputCol="turned").fit(self._rows)
        return {"mean": mean.toArray(), "axes": model.pc.toArray(), "shares": model.explainedVariance.toArray()}

    def centres(self, start: Doubles, seed: int) -> tuple[Doubles, npt.NDArray[np.int64]]:
        """K-Means over `design`, from these centres [groups, columns] on (Lloyd 1982): where they come to rest, and the rows of each."""
        gateway: Any = self._rows.sparkSession.sparkContext._gateway
        jvm = gateway.jvm
        old = jvm.org.apache.spark.mllib
        vectors = jvm.org.apache.spark.ml.util.DatasetUtils.columnToOldVector(self._rows._jdf, "features")
        vectors.cache()
        try:
            first = old.clustering.KMeansModel(jvm.java.util.ArrayList([_vector(gateway, row) for row in start]))
            means = old.clustering.KMeans().setK(len(start)).setSeed(seed).setMaxIterations(100).setEpsilon(1e-9).setInitialModel(first)
            found = means.run(vectors)
            counted = found.predict(vectors.toJavaRDD()).countByValue()
        finally:
            vectors.unpersist(False)
        sizes = np.array([counted.get(number) or 0 for number in range(len(start))], np.int64)
        return np.array([list(centre.toArray()) for centre in found.clusterCenters()]), sizes

    def close(self) -> None:
        """Let go of the rows."""
        self._rows.unpersist()


def _trees(algorithm: str, words: Words, seed: int) -> Any:
    trees: dict[str, Any] = {
        "maxDepth": int(words["depth"]),
        "minInstancesPerNode": int(words["leaf"]),
        "featureSubsetStrategy": str(words["share"]),
        "maxBins": int(words["bins"]),
        "seed": seed,
    }
    if algorithm == "random_forest":
        return RandomForestClassifier(numTrees=int(words["trees"]), **trees)
    return GBTClassifier(maxIter=int(words["rounds"]), stepSize=float(words["rate"]), subsamplingRate=float(words["rows"]), **trees)


def _vector(gateway: Any, row: Doubles) -> Any:
    numbers = gateway.new_array(gateway.jvm.double, len(row))
    for place, number in enumerate(row.tolist()):
        numbers[place] = number
    return gateway.jvm.org.apache.spark.mllib.linalg.Vectors.dense(numbers)
