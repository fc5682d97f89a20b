using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLPipes.AutoSearch;

/// <summary>Makes one vector of features of columns: with a trainer of ours behind it by that trainer's needs, else by ML.NET's own transforms.</summary>
internal sealed class FeaturizerStep : SweepableEstimator
{
    // One feature a category up to here; more are hashed.
    private const int MaxCategories = 200;
    private const int HashBits = 8;

    private readonly IReadOnlyDictionary<string, int> distinct;
    private readonly HashSet<string> booleans;

    public FeaturizerStep(Roles roles, string output, IReadOnlyDictionary<string, int> distinct, IEnumerable<string> booleans) : base("Featurizer", [])
    {
        (Roles, Output, this.distinct) = (roles, output, distinct);
        this.booleans = new HashSet<string>(booleans, StringComparer.Ordinal);
    }

    /// <summary>What each column is used for.</summary>
    public Roles Roles { get; }

    /// <summary>The vector's column.</summary>
    public string Output { get; }

    /// <summary>
    /// Numbers filled and flagged where missing and scaled to mean 0 and deviation 1, categories one-hot or hashed, texts as terms: what
    /// linear trainers need, and trees do not mind.
    /// </summary>
    public override IEstimator<ITransformer> BuildFromOption(MLContext context, Parameter parameter)
    {
        EstimatorChain<ITransformer> chain = new();
        void Add(IEstimator<ITransformer> step) => chain = chain.Append(step);
        List<string> parts = [];
        string[] truths = [.. Roles.With(ColumnRole.Category).Concat(Roles.With(ColumnRole.Number)).Where(booleans.Contains)];
        string[] numbers = [.. Roles.With(ColumnRole.Number).Except(truths)];
        if (truths.Length > 0) Add(context.Transforms.Conversion.ConvertType([.. truths.Select(n => new InputOutputColumnPair(Made(n, "truth"), n))], DataKind.Single));
        parts.AddRange(truths.Select(n => Made(n, "truth")));
        if (numbers.Length > 0)
        {
            InputOutputColumnPair[] Pairs(string to, string? from = null) => [.. numbers.Select(n => new InputOutputColumnPair(Made(n, to), from is null ? n : Made(n, from)))];
            Add(context.Transforms.Conversion.ConvertType(Pairs("number"), DataKind.Single));
            Add(context.Transforms.IndicateMissingValues(Pairs("flag", "number")));
            Add(context.Transforms.Conversion.ConvertType([.. numbers.Select(n => new InputOutputColumnPair(Made(n, "flag")))], DataKind.Single));
            Add(context.Transforms.ReplaceMissingValues(Pairs("filled", "number"), MissingValueReplacingEstimator.ReplacementMode.Mean));
            Add(context.Transforms.NormalizeMeanVariance(Pairs("scaled", "filled")));
            parts.AddRange(numbers.SelectMany(n => (string[])[Made(n, "flag"), Made(n, "scaled")]));
        }
        foreach (string name in Roles.With(ColumnRole.Category).Concat(Roles.With(ColumnRole.Date)).Except(truths))
        {
            if (distinct.GetValueOrDefault(name) <= MaxCategories) Add(context.Transforms.Categorical.OneHotEncoding(Made(name, "category"), name));
            else Add(context.Transforms.Categorical.OneHotHashEncoding(Made(name, "category"), name, numberOfBits: HashBits));
            parts.Add(Made(name, "category"));
        }
        foreach (string name in Roles.With(ColumnRole.Text))
        {
            Add(context.Transforms.Text.FeaturizeText(Made(name, "text"), name));
            parts.Add(Made(name, "text"));
        }
        if (parts.Count == 0) throw new OptionsException(nameof(AutoCatalog.Featurizer), ["No column is left to make features of: every one is the label, an id or ignored."]);
        Add(context.Transforms.Concatenate(Output, [.. parts]));
        return chain;
    }

    private static string Made(string column, string what) => $"{column}.{what}";
}
