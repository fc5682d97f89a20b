"""Test scores of scikit-learn's MLPRegressor and MLPClassifier with their default options, for docs/tabular-networks.md.

Usage: python3 Benchmarks/Networks/scikit_networks.py FOLDER SET... (scikit-learn and pandas of the system)
Inputs: numbers with the median where missing, one column for each category; as they are, and standardised.
"""
import json
import os
import sys
import time
import warnings

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error, r2_score, roc_auc_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.simplefilter("ignore", ConvergenceWarning)


def inputs(frame, scaled):
    numbers = [c for c in frame.columns if pd.api.types.is_numeric_dtype(frame[c])]
    words = [c for c in frame.columns if c not in numbers]
    steps = [SimpleImputer(strategy="median")] + ([StandardScaler()] if scaled else [])
    return ColumnTransformer([("numbers", make_pipeline(*steps), numbers), ("words", OneHotEncoder(handle_unknown="ignore"), words)])


def measure(folder, name, scaled):
    meta = json.load(open(os.path.join(folder, name, "meta.json")))
    train, test = (pd.read_csv(os.path.join(folder, name, f"{part}.csv.gz")) for part in ("train", "test"))
    dropped = [meta["label"]] + ((meta.get("reference") or {}).get("dropped_columns") or [])
    x, y, fresh, truth = train.drop(columns=dropped), train[meta["label"]], test.drop(columns=dropped), test[meta["label"]]
    regression = meta["task"] == "regression"
    model = make_pipeline(inputs(x, scaled), (MLPRegressor if regression else MLPClassifier)(random_state=0))
    began = time.time()
    model.fit(x, y)
    seconds = time.time() - began
    if regression:
        p = model.predict(fresh)
        scores = f"rmse {mean_squared_error(truth, p) ** 0.5:.4f}  r2 {r2_score(truth, p):.4f}"
    else:
        p = model.predict_proba(fresh)
        scores = f"logloss {log_loss(truth, p, labels=model.classes_):.4f}"
        if p.shape[1] == 2:
            scores += f"  auc {roc_auc_score(truth == model.classes_[1], p[:, 1]):.4f}"
        scores += f"  accuracy {accuracy_score(truth, model.predict(fresh)):.4f}"
    print(f"{name:20} {'standardised' if scaled else 'as it is':12} {scores}  {seconds:.0f} s, {model[-1].n_iter_} epochs", flush=True)


for data_set in sys.argv[2:]:
    for is_scaled in (True, False):
        measure(sys.argv[1], data_set, is_scaled)
