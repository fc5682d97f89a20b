using FsCheck;
using FsCheck.Fluent;
using MLPipes.Pipelines;

namespace MLPipes.Tests.Metrics;

[TestClass]
public sealed class MetricTests
{
    private static Target Binary(params float[] y) => new("y", MLTask.Binary, y, ["no", "yes"]);

    private static Target Numbers(params float[] y) => new("y", MLTask.Regression, y, []);

    [TestMethod]
    public void One_class_leaves_auc_null_and_the_rest_defined()
    {
        MetricReport report = MetricReport.Of(Binary(1, 1, 1), [0.2f, 0.7f, 0.9f]);

        Assert.IsNull(report["auc"]);
        Assert.IsNotNull(report["logloss"]);
        Assert.AreEqual(2 / 3.0, report["accuracy"]!.Value, 1e-12);
    }

    [TestMethod]
    public void Constant_labels_leave_r2_null()
    {
        MetricReport report = MetricReport.Of(Numbers(3, 3, 3), [1, 2, 3]);

        Assert.IsNull(report["r2"]);
        Assert.AreEqual(1, report["mae"]!.Value, 1e-12);
    }

    [TestMethod]
    public void NaN_predictions_leave_every_metric_null_and_lose_every_search()
    {
        MetricReport report = MetricReport.Of(Binary(0, 1), [float.NaN, 0.5f]);

        Assert.IsTrue(report.Values.Values.All(v => v is null));
        Assert.AreEqual(double.PositiveInfinity, Metric.Find("auc").Loss(Binary(0, 1), [float.NaN, 0.5f]));
    }

    [TestMethod]
    public void Infinite_predictions_are_reported_as_null()
    {
        MetricReport report = MetricReport.Of(Numbers(1, 2), [float.PositiveInfinity, float.NegativeInfinity]);

        Assert.IsNull(report["rmse"]);
    }

    [TestMethod]
    public void No_rows_leave_every_metric_null()
    {
        MetricReport report = MetricReport.Of(Binary(), []);

        Assert.AreEqual(0, report.Rows);
        Assert.IsTrue(report.Values.Values.All(v => v is null));
    }

    [TestMethod]
    public void Predictions_of_another_length_are_refused() =>
        Assert.ThrowsExactly<ArgumentException>(() => MetricReport.Of(Binary(0, 1), [0.5f]));

    [TestMethod]
    public void Negative_precision_and_recall_judge_the_other_class()
    {
        // Said to be negative: rows 0, 1, 3 (two of them are); negative in truth: rows 0, 1, 4 (two of them are found).
        MetricReport report = MetricReport.Of(Binary(0, 0, 1, 1, 0, 1), [0.1f, 0.4f, 0.9f, 0.3f, 0.8f, 0.6f]);

        Assert.AreEqual(2 / 3.0, report["negative_precision"]!.Value, 1e-12);
        Assert.AreEqual(2 / 3.0, report["negative_recall"]!.Value, 1e-12);
        // From 0.35 on, row 1 is said to be positive as well.
        MetricReport lower = MetricReport.Of(Binary(0, 0, 1, 1, 0, 1), [0.1f, 0.4f, 0.9f, 0.3f, 0.8f, 0.6f], threshold: 0.35f);
        Assert.AreEqual(1 / 2.0, lower["negative_precision"]!.Value, 1e-12);
        Assert.AreEqual(1 / 3.0, lower["negative_recall"]!.Value, 1e-12);
        Assert.AreEqual(2 / 3.0, lower["recall"]!.Value, 1e-12);
    }

    [TestMethod]
    public void Top3_accuracy_counts_the_three_likeliest_and_the_first_of_equals()
    {
        Target target = new("y", MLTask.Multiclass, [0, 3, 4, 1], ["a", "b", "c", "d", "e"]);
        float[] predictions =
        [
            0.1f, 0.2f, 0.3f, 0.4f, 0f,
            0.4f, 0.3f, 0.2f, 0.1f, 0f,
            0.2f, 0.2f, 0.2f, 0.2f, 0.2f,
            0.1f, 0.6f, 0.1f, 0.1f, 0.1f,
        ];

        Assert.AreEqual(1 / 4.0, MetricReport.Of(target, predictions)["top3_accuracy"]!.Value, 1e-12);
        Assert.AreEqual(3 / 6.0, MetricReport.Of(target, predictions, [1, 1, 1, 3])["top3_accuracy"]!.Value, 1e-12);
    }

    [TestMethod]
    public void Reports_hold_the_promised_keys()
    {
        Assert.AreEqual("auc,auprc,logloss,accuracy,balanced_accuracy,f1,f1_macro,f1_weighted,precision,recall,negative_precision,negative_recall,mcc,brier,ece", Keys(MLTask.Binary));
        Assert.AreEqual("auc,auprc,logloss,accuracy,balanced_accuracy,f1_macro,f1_micro,f1_weighted,top3_accuracy,mcc,brier,ece", Keys(MLTask.Multiclass));
        Assert.AreEqual("rmse,mae,mape,r2", Keys(MLTask.Regression));
    }

    [TestMethod]
    [DataRow("ROC_AUC", MLTask.Binary, "auc")]
    [DataRow("Log-Loss", MLTask.Multiclass, "logloss")]
    [DataRow("MicroAccuracy", MLTask.Multiclass, "accuracy")]
    [DataRow("MacroAccuracy", MLTask.Multiclass, "balanced_accuracy")]
    [DataRow("AreaUnderPrecisionRecallCurve", MLTask.Binary, "auprc")]
    [DataRow("RSquared", MLTask.Regression, "r2")]
    [DataRow("RootMeanSquaredError", MLTask.Regression, "rmse")]
    [DataRow("f1", MLTask.Binary, "f1")]
    [DataRow("f1", MLTask.Multiclass, "f1_macro")]
    [DataRow("quantile_90", MLTask.Regression, "quantile_90")]
    public void Is_found_by_other_names(string name, MLTask task, string key) => Assert.AreEqual(key, Metric.Find(name, task).Key);

    [TestMethod]
    [DataRow("nonsense", null, "auc, auprc")]
    [DataRow("rmse", MLTask.Binary, "auc, auprc")]
    [DataRow("auc", MLTask.Regression, "rmse, mae, mape, r2, quantile_1 to quantile_99")]
    [DataRow("quantile_0", MLTask.Regression, "rmse")]
    [DataRow("quantile_100", MLTask.Regression, "rmse")]
    [DataRow("", MLTask.Regression, "rmse")]
    public void Unknown_names_are_refused_with_the_known_ones(string name, MLTask? task, string listed)
    {
        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => Metric.Find(name, task));

        StringAssert.Contains(error.Message, listed);
    }

    [TestMethod]
    public void Loss_turns_into_the_value_and_back()
    {
        foreach (Metric metric in Metric.All)
            Assert.AreEqual(0.25, metric.ValueOf(metric.Loss(0.25)), 1e-12, metric.Key);
        Assert.AreEqual(0.1, Metric.Find("auc").Loss(0.9), 1e-12);
        Assert.AreEqual(0.9, Metric.Find("rmse").Loss(0.9), 1e-12);
    }

    [TestMethod]
    public void Every_task_has_a_default_of_its_own()
    {
        Assert.AreEqual("auc", Metric.Default(MLTask.Binary).Key);
        Assert.AreEqual("logloss", Metric.Default(MLTask.Multiclass).Key);
        Assert.AreEqual("rmse", Metric.Default(MLTask.Regression).Key);
    }

    [TestMethod]
    public void Auc_is_the_share_of_pairs_in_order() => Prop.ForAll(Rows(), rows =>
    {
        float[] y = [.. rows.Select(r => r % 2 == 0 ? 0f : 1f)], p = [.. rows.Select(r => r / 2 % 7 / 7f)];
        double pairs = 0, ordered = 0;
        for (int i = 0; i < y.Length; i++)
        {
            for (int j = 0; j < y.Length; j++)
            {
                if (y[i] != 1 || y[j] != 0) continue;
                pairs++;
                ordered += p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0;
            }
        }

        double auc = Metric.Find("auc").Evaluate(Binary(y), p);

        return pairs == 0 ? double.IsNaN(auc) : Math.Abs(auc - (ordered / pairs)) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void A_weight_of_two_counts_as_the_row_twice() => Prop.ForAll(Rows(), rows =>
    {
        float[] y = [.. rows.Select(r => r % 2 == 0 ? 0f : 1f)], p = [.. rows.Select(r => r / 2 % 7 / 7f)], w = [.. rows.Select(r => 1f + (r % 3 == 0 ? 1 : 0))];
        int[] doubled = [.. Enumerable.Range(0, y.Length).SelectMany(i => Enumerable.Repeat(i, (int)w[i]))];
        if (y.Length == 0) return true;

        MetricReport weighted = MetricReport.Of(Binary(y), p, w), repeated = MetricReport.Of(Binary([.. doubled.Select(i => y[i])]), [.. doubled.Select(i => p[i])]);

        return weighted.Values.All(v => v.Value is null == repeated[v.Key] is null && Math.Abs((v.Value ?? 0) - (repeated[v.Key] ?? 0)) < 1e-9);
    }).QuickCheckThrowOnFailure();

    private static string Keys(MLTask task) => string.Join(',', Metric.For(task).Select(m => m.Key));

    private static Arbitrary<int[]> Rows() => Gen.Choose(0, 1000).ArrayOf().ToArbitrary();
}
