namespace MLPipes.AutoSearch;

/// <summary>A pipeline that a study can search: steps without options, a featurizer of ours, trainers of ours to choose from, steps without options.</summary>
internal sealed record StudySteps
{
    private StudySteps() { }

    /// <summary>Steps before the featurizer or trainers; fitted once on all rows.</summary>
    public required IReadOnlyList<SweepableEstimator> Before { get; init; }

    /// <summary>What the columns are used for; null where the trainers read a vector of features.</summary>
    public required FeaturizerStep? Featurizer { get; init; }

    /// <summary>The trainers by their key, each with the key of its step and the way that it is on.</summary>
    public required IReadOnlyDictionary<string, (TrainerStep Step, string Key, string Schema)> Trainers { get; init; }

    /// <summary>Steps behind the trainers.</summary>
    public required IReadOnlyList<SweepableEstimator> After { get; init; }

    /// <summary>The trainers' step whose names all of them share.</summary>
    public TrainerStep Any => Trainers.Values.First().Step;

    /// <summary>The steps of <paramref name="pipeline"/>; null where it is of another kind.</summary>
    public static StudySteps? Of(SweepablePipeline pipeline)
    {
        Dictionary<string, (TrainerStep, string, string)> trainers = new(StringComparer.Ordinal);
        SweepableEstimator[]? before = null, after = null;
        foreach (IReadOnlyList<string> way in pipeline.Ways)
        {
            SweepableEstimator[] steps = [.. pipeline.StepsOf(way)];
            int at = Array.FindIndex(steps, s => s is TrainerStep);
            if (at < 0 || Array.FindLastIndex(steps, s => s is TrainerStep) != at) return null;
            before ??= steps[..at];
            after ??= steps[(at + 1)..];
            bool isSame = steps[..at].SequenceEqual(before) && steps[(at + 1)..].SequenceEqual(after);
            if (!isSame || before.Concat(after).Any(s => s.SearchSpace.FeatureSpaceDim > 0)) return null;
            TrainerStep step = (TrainerStep)steps[at];
            trainers.TryAdd(step.Entry.Card.Key, (step, way[at], SweepablePipeline.SchemaOf(way)));
        }
        if (before is null || trainers.Count == 0) return null;
        TrainerStep first = trainers.Values.First().Item1;
        if (trainers.Values.Any(t => (t.Item1.Task, t.Item1.Label, t.Item1.Features, t.Item1.Weight) != (first.Task, first.Label, first.Features, first.Weight))) return null;
        FeaturizerStep? featurizer = before.LastOrDefault() is FeaturizerStep last && last.Output == first.Features ? last : null;
        return new StudySteps { Before = featurizer is null ? before : before[..^1], Featurizer = featurizer, Trainers = trainers, After = after! };
    }

    /// <summary>The parameter, as an experiment shows it, that stands for <paramref name="plan"/>.</summary>
    public Parameter ParameterOf(TrialPlan plan)
    {
        (_, string key, string schema) = Trainers[plan.Trainer];
        Parameter knobs = Parameter.CreateNestedParameter([.. plan.Knobs.Select(k => KeyValuePair.Create(k.Key, Parameter.FromText(k.Value)))]);
        Parameter pipeline = Parameter.CreateNestedParameter(KeyValuePair.Create(SweepablePipeline.SchemaOption, Parameter.FromString(schema)), KeyValuePair.Create(key, knobs));
        return Parameter.CreateNestedParameter(KeyValuePair.Create(SweepablePipeline.PipelineOption, pipeline));
    }
}
