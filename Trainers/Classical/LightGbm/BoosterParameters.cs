using System.Globalization;
using System.Text;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Translates options into LightGBM's parameter text.</summary>
internal static class BoosterParameters
{
    public static string Of(LightGbm options, BoostingObjective objective, DataShape shape, double huberDelta, int seed, int threads)
    {
        StringBuilder text = new();
        // Histograms by rows or by columns give sums in another order; fixing one keeps results equal from run to run.
        Set(text, "objective", NameOf(objective, shape.Task));
        if (shape.Task == MLTask.Multiclass) Set(text, "num_class", shape.Classes);
        Set(text, "metric", "None");
        Set(text, "verbosity", -1);
        Set(text, "deterministic", "true");
        Set(text, shape.Task == MLTask.Multiclass && shape.Classes > 50 ? "force_col_wise" : "force_row_wise", "true");
        Set(text, "num_threads", threads);
        Set(text, "seed", seed);
        Set(text, "data_random_seed", 1);
        Set(text, "feature_pre_filter", "false");
        Set(text, "max_bin", options.MaxBin);
        Set(text, "learning_rate", options.LearningRate);
        Set(text, "num_leaves", options.Leaves);
        Set(text, "min_data_in_leaf", options.MinDataInLeaf);
        Set(text, "min_sum_hessian_in_leaf", options.MinHessianInLeaf);
        Set(text, "min_gain_to_split", options.MinGainToSplit);
        Set(text, "feature_fraction", options.FeatureFraction);
        if (options.BaggingFraction < 1)
        {
            Set(text, "bagging_fraction", options.BaggingFraction);
            Set(text, "bagging_freq", 1);
        }
        Set(text, "lambda_l1", options.L1);
        Set(text, "lambda_l2", options.L2);
        if (options.Splits == BoostingSplits.Random) Set(text, "extra_trees", "true");
        if (options.LinearLeaves)
        {
            Set(text, "linear_tree", "true");
            Set(text, "linear_lambda", options.LinearLambda);
        }
        Set(text, "cat_smooth", options.CatSmooth);
        Set(text, "cat_l2", options.CatL2);
        Set(text, "max_cat_to_onehot", options.MaxCatToOneHot);
        Set(text, "min_data_per_group", options.MinDataPerGroup);
        if (objective == BoostingObjective.Quantile) Set(text, "alpha", options.Quantile);
        if (objective == BoostingObjective.Huber) Set(text, "alpha", huberDelta);
        if (objective == BoostingObjective.Tweedie) Set(text, "tweedie_variance_power", options.TweediePower);
        return text.ToString();
    }

    private static string NameOf(BoostingObjective objective, MLTask task) => task switch
    {
        MLTask.Binary => "binary",
        MLTask.Multiclass => "multiclass",
        _ => objective switch
        {
            BoostingObjective.L1 => "regression_l1",
            BoostingObjective.Huber => "huber",
            BoostingObjective.Poisson => "poisson",
            BoostingObjective.Gamma => "gamma",
            BoostingObjective.Tweedie => "tweedie",
            BoostingObjective.Quantile => "quantile",
            _ => "regression",
        },
    };

    private static void Set<T>(StringBuilder text, string name, T value) =>
        text.Append(name).Append('=').Append(CultureInfo.InvariantCulture, $"{value}").Append(' ');
}
