using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>An experiment whose pipeline is made of our featurizer and trainers: a study on its rows, and ML.NET's steps around what it finds.</summary>
internal sealed class StudyExperiment(MLContext context, StudySteps steps, ExperimentData data, ExperimentMetric metric, ExperimentLimits limits)
{
    /// <summary>Searches.</summary>
    /// <param name="progress">Given the data, and the predictions of trials as they come, what is told of each event.</param>
    /// <param name="cancel">Ends the search early.</param>
    public async Task<StudyOutcome> RunAsync(Func<StudyData, IReadOnlyDictionary<int, float[]>, IProgress<TrialEvent>> progress, CancellationToken cancel)
    {
        TrainerStep any = steps.Any;
        if (any.Task != metric.Task)
            throw new OptionsException("experiment", [$"The pipeline predicts a {any.Task.ToString().ToLowerInvariant()} label, the metric {metric.Name} judges a {metric.Task.ToString().ToLowerInvariant()} one."]);
        (IDataView train, IDataView? validation, ITransformer[] before) = Prepare();
        string label = LabelIn(train, any.Label);
        Roles roles = RolesOf(any, label);
        Table table = UnderstoodText.Of(ExperimentData.TableOf(train, validation, [.. roles.ByColumn.Keys.Where(n => n != ExperimentData.PartColumn)]),
            name => roles.Of(name) is ColumnRole.Number or ColumnRole.Date || (name == label && metric.Task == MLTask.Regression));
        Watching watching = new(progress);
        StudyOptions options = new()
        {
            Data = table,
            Roles = roles,
            Task = metric.Task,
            Metric = metric.Key,
            Time = limits.Time,
            Trials = limits.Trials,
            Seed = limits.Seed,
            MemoryBytes = limits.MemoryBytes,
            Journal = limits.Journal,
            MaxModels = limits.MaxModels,
            Clock = limits.Clock,
            Tuner = limits.Tuner,
            Reserve = limits.Time is { } time ? time / 100 : null,
            Validation = validation is null && data.Folds > 0 ? Validation.KFold(data.Folds) : Validation.Auto,
            Trainers = [.. steps.Trainers.Values.Select(t => t.Step.Entry)],
            LabelKeys = metric.Task == MLTask.Regression ? null : KeyNames.OfLabel(train.Schema[label]),
            Watcher = watching,
        };
        StudyResult result = await new Study(options).RunAsync(watching, cancel).ConfigureAwait(false);
        return new StudyOutcome
        {
            Result = result,
            Data = watching.Data!,
            Finished = watching.Finished!,
            OutOfFold = watching.OutOfFold,
            Model = Around(result.Pipeline, before, train),
        };
    }

    private (IDataView Train, IDataView? Validation, ITransformer[] Before) Prepare()
    {
        IDataView train = data.Train;
        IDataView? validation = data.Validation;
        List<ITransformer> before = [];
        foreach (SweepableEstimator step in steps.Before)
        {
            ITransformer fitted = step.BuildFromOption(context, Parameter.CreateNestedParameter()).Fit(train);
            before.Add(fitted);
            train = fitted.Transform(train);
            if (validation is not null) validation = fitted.Transform(validation);
        }
        return (train, validation, [.. before]);
    }

    /// <summary>The pipeline's label, or the column that differs from it in case alone: the metric verbs' own default is <c>label</c>, the trainers' <c>Label</c>.</summary>
    private string LabelIn(IDataView view, string label)
    {
        if (view.Schema.GetColumnOrNull(label) is not null) return label;
        if (view.Schema.GetColumnOrNull(metric.Label) is not null) return metric.Label;
        throw new TableException(label, found: "no such column", expected: $"one of {string.Join(", ", view.Schema.Where(c => !c.IsHidden).Take(12).Select(c => c.Name))}",
            hint: "Name the label in the trainers' labelColumnName.");
    }

    private Roles RolesOf(TrainerStep any, string label)
    {
        Dictionary<string, ColumnRole> roles = new(StringComparer.Ordinal);
        if (steps.Featurizer is { } featurizer)
            foreach (string name in featurizer.Roles.Features) roles[name] = featurizer.Roles.Of(name);
        else roles[any.Features] = ColumnRole.Number;
        roles[label] = ColumnRole.Label;
        if (any.Weight is { } weight) roles[weight] = ColumnRole.Weight;
        if (data.SamplingKey is { } group) roles[group] = ColumnRole.Group;
        if (data.Validation is not null) roles[ExperimentData.PartColumn] = ColumnRole.Fold;
        return new Roles { ByColumn = roles };
    }

    private ITransformer Around(FittedPipeline pipeline, ITransformer[] before, IDataView train)
    {
        List<ITransformer> all = [.. before, pipeline];
        IDataView predicted = pipeline.Transform(train);
        foreach (SweepableEstimator step in steps.After)
        {
            ITransformer fitted = step.BuildFromOption(context, Parameter.CreateNestedParameter()).Fit(predicted);
            predicted = fitted.Transform(predicted);
            all.Add(fitted);
        }
        return all.Count == 1 ? pipeline : new TransformerChain<ITransformer>([.. all]);
    }

    private sealed class Watching(Func<StudyData, IReadOnlyDictionary<int, float[]>, IProgress<TrialEvent>> progress) : IStudyWatcher, IProgress<TrialEvent>
    {
        private IProgress<TrialEvent>? next;

        public StudyData? Data { get; private set; }

        public Finished? Finished { get; private set; }

        public Dictionary<int, float[]> OutOfFold { get; } = [];

        public void Began(StudyData data)
        {
            Data = data;
            next = progress(data, OutOfFold);
        }

        public void Took(FinishedTrial trial)
        {
            if (trial.OutOfFold is { } predictions) OutOfFold[trial.Event.Number] = predictions;
        }

        public void Ended(Finished finished) => Finished = finished;

        public void Report(TrialEvent value) => next?.Report(value);
    }
}
