"""Fitting by Spark MLlib, where the rows are: models of two or several classes and of numbers, principal components and K-Means.

All are given back as plain arrays. MLlib boosts two classes or numbers only: several classes are boosted one against the rest, each with
an ensemble of its own, whose raw scores stand side by side.
"""

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
from pyspark.ml.regression import GBTRegressor, LinearRegression, RandomForestRegressor
from pyspark.ml.stat import Summarizer
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from chaland.ports import Arrays, Task
from chaland.spark import nodes

ROWS_PER_PART = 50_000
MOST_PARTS = 2_000
MEASURED = -1
Doubles = npt.NDArray[np.float64]
Words = Mapping[str, float | int]
LINEAR = ("logistic_regression", "ridge")
LEAVES: Mapping[Task, nodes.Leaf] = {"binary": "positives", "multiclass": "shares", "regression": "number"}
"""What the leaves of a forest tell."""


@dataclass(frozen=True)
class Learnt:
    """One fitted model: `arrays` is all there is to it, and `margin` what it says itself of the rows that only measure."""

    model: Any
    rows: DataFrame
    arrays: Arrays
    margin: Column

    def measured(self) -> pa.Table:
        """`key` and `margin` of every row of fold -1, in the order of the keys, as MLlib gives them."""
        told = self.model.transform(self.rows.where(sf.col("fold") == MEASURED))
        return told.select("key", self.margin.alias("margin")).toArrow().sort_by("key")


class Fitting:
    """Rows to fit on, dealt into parts by their keys and sorted within: which rows lie together decides what a forest draws.

    Their number of parts hangs on the number of rows only, so that the same rows and seed give the same model on any cluster, but for
    the last digits of sums that arrive in another order.
    """

    def __init__(self, rows: DataFrame, scales: Doubles | None = None, task: Task = "binary", classes: int = 2):
        """Take the rows in; `scales` is what a unit of each column is worth to a penalty (1 where it is not given)."""
        self._scales, self._task, self._classes = scales, task, classes
        parts = int(np.clip(-(-rows.count() // ROWS_PER_PART), 2, MOST_PARTS))
        vectors = array_to_vector(sf.col("design").cast("array<double>")).alias("features")
        dealt = rows.select("key", "fold", "label", vectors).repartition(parts, "key").sortWithinPartitions("key")
        if task == "multiclass":  # else a fold without the last class would be a fold of fewer classes
            dealt = dealt.withMetadata("label", {"ml_attr": {"type": "nominal", "num_vals": classes}})
        self._rows = dealt.persist(StorageLevel.MEMORY_AND_DISK)

    def fit(self, algorithm: str, words: Words, seed: int, without: int | None = None) -> Learnt:
        """Fit a model on all rows that do not measure, those of one fold left out."""
        fold = sf.col("fold")
        chosen = self._rows.where((fold != MEASURED) & (fold != without) if without is not None else fold != MEASURED)
        if algorithm in LINEAR:
            return self._linear(algorithm, chosen, words)
        if self._task == "multiclass" and algorithm == "gradient_boosting":
            return self._against_the_rest(chosen, words, seed)
        model = _trees(algorithm, self._task, words, seed).fit(chosen)
        return Learnt(model, self._rows, self._nodes(model, algorithm), _margin(algorithm, self._task))

    def _linear(self, algorithm: str, chosen: DataFrame, words: Words) -> Learnt:
        """Penalised on the scaled columns."""
        [[first]] = chosen.select("features").limit(1).collect()
        scales = np.ones(len(first)) if self._scales is None else self._scales
        scaled = ElementwiseProduct(scalingVec=Vectors.dense(1.0 / scales), inputCol="features", outputCol="scaled")
        fit = _ridge(words, chosen) if algorithm == "ridge" else self._logistic(words, chosen.count())
        model = fit.fit(scaled.transform(chosen))
        return Learnt(PipelineModel([scaled, model]), self._rows, _weights(model, scales, self._task), _margin(algorithm, self._task))

    def _logistic(self, words: Words, rows: int) -> LogisticRegression:
        """Penalised by 1 / (C rows), which is the embedded engine's C."""
        family, penalty = ("multinomial" if self._task == "multiclass" else "binomial"), 1.0 / (float(words["C"]) * rows)
        return LogisticRegression(featuresCol="scaled", family=family, regParam=penalty, maxIter=100, tol=1e-7, standardization=False)

    def _against_the_rest(self, chosen: DataFrame, words: Words, seed: int) -> Learnt:
        """One boosted ensemble per class, which tells it from all others; their raw scores are the margins."""
        models = []
        for place in range(self._classes):
            own = chosen.withColumn("label", (sf.col("label") == place).cast("double"))
            fit = _trees("gradient_boosting", "binary", words, seed).setRawPredictionCol(f"raw_{place}")
            models.append(fit.setPredictionCol(f"told_{place}").setProbabilityCol(f"chance_{place}").fit(own))
        margin = sf.array(*(vector_to_array(sf.col(f"raw_{place}"))[1] for place in range(self._classes)))
        arrays = nodes.side_by_side([self._nodes(model, "gradient_boosting") for model in models])
        return Learnt(PipelineModel(models), self._rows, arrays, margin)

    def _nodes(self, model: Any, algorithm: str) -> nodes.Arrays:
        jvm, forest = self._rows.sparkSession.sparkContext._jvm, algorithm == "random_forest"
        return nodes.arrays_of(model, jvm, LEAVES[self._task] if forest else "number", averaged=forest)

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


def _trees(algorithm: str, task: Task, words: Words, seed: int) -> Any:
    trees: dict[str, Any] = {
        "maxDepth": int(words["depth"]),
        "minInstancesPerNode": int(words["leaf"]),
        "featureSubsetStrategy": str(words["share"]),
        "maxBins": int(words["bins"]),
        "seed": seed,
    }
    if algorithm == "random_forest":
        forest = RandomForestRegressor if task == "regression" else RandomForestClassifier
        return forest(numTrees=int(words["trees"]), **trees)
    boosting = GBTRegressor if task == "regression" else GBTClassifier
    return boosting(maxIter=int(words["rounds"]), stepSize=float(words["rate"]), subsamplingRate=float(words["rows"]), **trees)


def _ridge(words: Words, chosen: DataFrame) -> LinearRegression:
    """An elastic net of squares only, solved exactly where the columns allow it: the embedded engine's ridge.

    MLlib divides the penalty of squares by the deviation of the labels, as glmnet does; that is taken back.
    """
    [[spread]] = chosen.select(sf.stddev_pop("label")).collect()
    penalty = float(words["penalty"]) * (float(spread or 0.0) or 1.0)
    return LinearRegression(featuresCol="scaled", regParam=penalty, elasticNetParam=0.0, standardization=False)


def _margin(algorithm: str, task: Task) -> Column:
    """Where a fitted model puts its margin: of the second of two classes, of each of several, or the number."""
    if task == "regression":
        return sf.col("prediction")
    told = vector_to_array(sf.col("probability" if algorithm == "random_forest" else "rawPrediction"))
    return told if task == "multiclass" else told[1]


def _weights(model: Any, scales: Doubles, task: Task) -> Arrays:
    """Weights on the unscaled columns, [columns] or [columns, classes], and intercepts."""
    if task == "regression":
        return {"weights": model.coefficients.toArray() / scales, "intercept": np.array([model.intercept])}
    weights = model.coefficientMatrix.toArray() / scales
    return {"weights": weights.T if task == "multiclass" else weights[0], "intercept": model.interceptVector.toArray()}


def _vector(gateway: Any, row: Doubles) -> Any:
    numbers = gateway.new_array(gateway.jvm.double, len(row))
    for place, number in enumerate(row.tolist()):
        numbers[place] = number
    return gateway.jvm.org.apache.spark.mllib.linalg.Vectors.dense(numbers)
