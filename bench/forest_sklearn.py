"""Fits scikit-learn's RandomForestClassifier on raw binary files; prints one JSON document.

python3 forest_sklearn.py FOLDER TRAIN_ROWS TEST_ROWS COLUMNS TREES THREADS SEED
"""

import json
import sys
import time

import numpy
import sklearn
from sklearn.ensemble import RandomForestClassifier

folder = sys.argv[1]
train_rows, test_rows, columns, trees, threads, seed = map(int, sys.argv[2:])


def matrix(name, rows):
    return numpy.fromfile(f"{folder}/{name}", numpy.float32).reshape(rows, columns)


train_values, test_values = matrix("train_values", train_rows), matrix("test_values", test_rows)
train_classes = numpy.fromfile(f"{folder}/train_classes", numpy.int8)
test_classes = numpy.fromfile(f"{folder}/test_classes", numpy.int8)

forest = RandomForestClassifier(n_estimators=trees, n_jobs=threads, random_state=seed)
start = time.perf_counter()
forest.fit(train_values, train_classes)
fitted = time.perf_counter()
probabilities = forest.predict_proba(test_values)
predicted = time.perf_counter()

print(json.dumps({
    "version": sklearn.__version__,
    "python": sys.version.split()[0],
    "fitSeconds": fitted - start,
    "predictSeconds": predicted - fitted,
    "accuracy": float((probabilities.argmax(axis=1) == test_classes).mean()),
    "nodes": int(sum(tree.tree_.node_count for tree in forest.estimators_)),
}))
