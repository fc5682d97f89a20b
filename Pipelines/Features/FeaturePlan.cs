using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;

namespace MLPipes.Pipelines;

/// <summary>Which featurizers to fit on which columns for a trainer with certain needs. A value: fitting touches nothing of it.</summary>
public sealed record FeaturePlan
{
    // Below this share of non-zero cells, sparse rows (8 bytes a stored value) take at most half of what dense ones do.
    private const double SparseDensity = 0.25;
    private const int SparseWidth = 64;

    /// <summary>What the trainer behind needs.</summary>
    public required Needs Needs { get; init; }

    /// <summary>What is fitted, in the order of the features.</summary>
    public required IReadOnlyList<FeaturePlanItem> Items { get; init; }

    /// <summary>Text that is equal for plans that give equal features on equal data, so that trials may share a matrix.</summary>
    public string Key
    {
        get
        {
            StringBuilder text = new(Needs.ToString());
            foreach (FeaturePlanItem item in Items)
            {
                // Lengths before names, so that no choice of names can look like another plan.
                text.Append(item.Adds ? "|+" : "|=");
                foreach (string column in item.Columns) text.Append(column.Length).Append(':').Append(column);
                foreach (PlannedFeaturizer planned in item.Featurizers) text.Append(planned.Key).Append(OptionsOf(planned.Featurizer)).Append(';');
            }
            return text.ToString();
        }
    }

    /// <summary>The default plan for the feature columns of <paramref name="table"/>.</summary>
    /// <param name="table">Only its column names are looked at.</param>
    /// <param name="roles">The role of each column.</param>
    /// <param name="needs">What the trainer needs of its features.</param>
    /// <param name="onRequest">Keys of featurizers to prefer, whether used by default or not; null for none.</param>
    /// <exception cref="OptionsException">A requested key is no featurizer.</exception>
    public static FeaturePlan For(Table table, Roles roles, Needs needs, IReadOnlyCollection<string>? onRequest = null)
    {
        string[] unknown = [.. (onRequest ?? []).Where(key => Catalog.Featurizers.All(f => f.Card.Key != key))];
        if (unknown.Length > 0) throw new OptionsException(nameof(FeaturePlan), [$"{string.Join(", ", unknown)} is no featurizer; `mlpipes list featurizers` names them."]);
        FeaturizerEntry[] usable = [.. Catalog.Featurizers
            .Where(f => f.Card.Serves(needs) && (!f.Card.OnRequest || IsRequested(f, onRequest)))
            .OrderByDescending(f => IsRequested(f, onRequest)).ThenByDescending(f => f.Card.Priority).ThenBy(f => f.Card.Key, StringComparer.Ordinal)];
        (string Name, ColumnRole Role)[] columns = [.. table.Columns.Select(c => (c.Name, Role: roles.Of(c.Name)))
            .Where(c => c.Role is ColumnRole.Number or ColumnRole.Category or ColumnRole.Text or ColumnRole.Date)];
        List<FeaturePlanItem> items = [];
        foreach ((string name, ColumnRole role) in columns)
            items.Add(new FeaturePlanItem([name], [.. usable.Where(f => f.Card.Role == role && !f.Card.Adds).Select(Planned)]));
        foreach (FeaturizerEntry adding in usable.Where(f => f.Card.Adds))
        {
            string[] names = [.. columns.Where(c => c.Role == adding.Card.Role).Select(c => c.Name)];
            if (!adding.Card.TakesAll) items.AddRange(names.Select(n => new FeaturePlanItem([n], [Planned(adding)], Adds: true)));
            else if (names.Length > 0) items.Add(new FeaturePlanItem(names, [Planned(adding)], Adds: true));
        }
        return new FeaturePlan { Needs = needs, Items = items };
    }

    /// <summary>Fits every featurizer on <paramref name="table"/> and gives the training matrix with it.</summary>
    /// <remarks>Columns are fitted in parallel on the context's threads; how many changes nothing in the result.</remarks>
    /// <exception cref="OptionsException">A featurizer's option is outside its bounds.</exception>
    /// <exception cref="TableException">A column is missing, or none of them can be learned from.</exception>
    public FeaturizedTraining Fit(Table table, FeaturizerContext context)
    {
        foreach (FeaturePlanItem item in Items)
            foreach (PlannedFeaturizer planned in item.Featurizers) BoundsAttribute.Check(planned.Featurizer);
        if (table.RowCount == 0) throw new TableException("There are no rows to learn features from.", inner: null);
        Column[][] columns = [.. Items.Select(item => item.Columns.Select(name => table[name]).ToArray())];
        context = context with { Needs = Needs };
        Outcome[] outcomes = FitItems(columns, context);
        string[] notes = [.. outcomes.SelectMany(o => o.Notes)];
        (List<FeatureStep> steps, List<float[]?> training) = Fuse(outcomes);
        if (steps.Count == 0)
            throw new TableException(Items.Count == 0
                ? "No column is left to learn from: every one is the label, an id, or ignored. Give some column the role number, category, text or date."
                : $"No column can be learned from: {string.Join(" ", notes.Take(5))}", inner: null);

        FeatureInfo[] features = [.. new FittedFeatures(steps, isSparse: false).Features];
        FeatureAssembly assembly = new(steps, features, table, [.. training]);
        bool isSparse = (!Needs.HasFlag(Needs.Dense) || Needs.AreIds()) && features.Length >= SparseWidth && steps.Exists(s => s.Transform.IsSparse)
            && assembly.Density(chunks: 8) < SparseDensity;
        FittedFeatures fitted = new(steps, isSparse);
        return new FeaturizedTraining(fitted, assembly.Build(isSparse, context.Threads, context.Cancel), notes);
    }

    private Outcome[] FitItems(Column[][] columns, FeaturizerContext context)
    {
        Outcome[] outcomes = new Outcome[Items.Count];
        FeaturizerContext inner = context with { Threads = Math.Max(1, context.Threads / Math.Max(1, Items.Count)) };
        try
        {
            Parallel.For(0, Items.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, context.Threads), CancellationToken = context.Cancel },
                i => outcomes[i] = FitItem(Items[i], columns[i], inner));
        }
        catch (AggregateException several) when (several.InnerExceptions.FirstOrDefault(e => e is OperationCanceledException or MLPipesException) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
        return outcomes;
    }

    private static Outcome FitItem(FeaturePlanItem item, Column[] columns, FeaturizerContext context)
    {
        List<string> notes = [];
        List<string> reasons = [];
        string where = columns.Length == 1 ? $"'{item.Columns[0]}'" : $"{columns.Length} columns";
        foreach (PlannedFeaturizer planned in item.Featurizers)
        {
            context.Cancel.ThrowIfCancellationRequested();
            FeaturizerFit fit = planned.Featurizer.Fit(columns, context);
            if (fit.Transform is not null) return new Outcome(new FeatureStep([.. item.Columns], fit.Transform), fit.TrainingValues, notes);
            if (!fit.IsRoutine) notes.Add($"{where}: no {planned.Key}, since {fit.Reason}.");
            reasons.Add(fit.Reason!);
        }
        // A column that nobody wants gets one note, not one for each featurizer that said so.
        // That there is nothing to add is the usual case and no news.
        if (item.Adds) return new Outcome(null, null, []);
        return new Outcome(null, null, [reasons.Count == 0 ? $"{where} is left out: no featurizer suits it." : $"{where} is left out: {string.Join("; ", reasons.Distinct())}."]);
    }

    // Steps of one kind become one step where the first of them stands; a step with training values of its own stays alone.
    private static (List<FeatureStep> Steps, List<float[]?> Training) Fuse(Outcome[] outcomes)
    {
        List<FeatureStep> steps = [];
        List<float[]?> training = [];
        HashSet<Type> done = [];
        foreach (Outcome outcome in outcomes)
        {
            if (outcome.Step is not { } step) continue;
            if (step.Transform is IFusableTransform fusable && outcome.Training is null)
            {
                Type type = fusable.GetType();
                if (!done.Add(type)) continue;
                FeatureStep[] same = [.. outcomes.Where(o => o.Training is null && o.Step?.Transform.GetType() == type).Select(o => o.Step!)];
                if (same.Length > 1) step = new FeatureStep([.. same.SelectMany(s => s.Inputs)], fusable.Fuse([.. same.Select(s => s.Transform)]));
            }
            steps.Add(step);
            training.Add(outcome.Training);
        }
        return (steps, training);
    }

    private static PlannedFeaturizer Planned(FeaturizerEntry entry) => new(entry.Card.Key, entry.Create());

    private static bool IsRequested(FeaturizerEntry entry, IReadOnlyCollection<string>? onRequest) => onRequest is not null && onRequest.Contains(entry.Card.Key);

    private static string OptionsOf(IFeaturizer featurizer)
    {
        StringBuilder text = new("(");
        foreach (System.Reflection.PropertyInfo property in featurizer.GetType().GetProperties().OrderBy(p => p.Name, StringComparer.Ordinal))
            if (property.GetMethod is { IsStatic: false })
                text.Append(property.Name).Append('=').Append(Convert.ToString(property.GetValue(featurizer), CultureInfo.InvariantCulture)).Append(',');
        return text.Append(')').ToString();
    }

    private sealed record Outcome(FeatureStep? Step, float[]? Training, IReadOnlyList<string> Notes);
}
