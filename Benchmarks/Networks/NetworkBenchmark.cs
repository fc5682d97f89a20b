using System.Diagnostics;
using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Benchmarks;

/// <summary>The neural networks of the catalog at their defaults on single tables: fitted on the train part, watched by a share of it, scored on the test part.</summary>
internal sealed class NetworkBenchmark : IBenchmark
{
    private const string Usage = "tabular-networks [folder] [--sets a,b] [--trainers key,key] [--threads N] [--seed N] [--validation 0.15] [--inner true] [--set Option=value,…;Option=value,…]";

    public string Name => "tabular-networks";

    public string Summary => $"test scores of neural networks at their defaults: {Usage}";

    public int Run(string[] args)
    {
        Arguments given = Arguments.Of(args);
        string[] sets = given.List("sets", "california_housing,kin8nm,covertype_15k,higgs_small"), keys = given.List("trainers", "neural-network,tabm");
        (int seed, int threads, double share) = ((int)given.Number("seed", 1), (int)given.Number("threads", 2), given.Number("validation", 0.15));
        bool isInner = bool.Parse(given.Text("inner", "false"));
        Console.WriteLine($"validation share {share}, {threads} threads, seed {seed}, scored on {(isInner ? "a fifth of the train part" : "the test part")}");
        foreach (DataSet data in DataSet.In(given.Folder()).Where(d => sets.Contains(d.Name)))
        {
            Table all = Table.ReadCsv(data.TrainPath);
            TableProfile profile = TableProfile.Of(all, new RoleOptions { Label = data.Label, Ignore = data.Dropped });
            MLTask task = profile.TrainingTask();
            // Choices are made on a fifth of the train part; the test part is only ever reported.
            Split? outer = isInner ? Splits.HoldOut(Target.From(all[data.Label], task), 0.2, seed: 17) : null;
            Table train = outer is null ? all : all.TakeRows(outer.Train), test = outer is null ? Table.ReadCsv(data.TestPath) : all.TakeRows(outer.Test);
            foreach (string key in keys)
            {
                TrainerEntry entry = Catalog.Trainers.First(t => t.Card.Key == key);
                foreach (string assignments in given.Text("set", "").Split(';'))
                    Console.WriteLine($"{data.Name,-20} {key,-16} {Measure(With(entry, assignments), entry.Card, train, test, data.Label, profile.Roles, task, (seed, threads, share))}  {assignments}");
            }
        }
        return 0;
    }

    private static string Measure(ITrainer trainer, TrainerCard card, Table train, Table test, string label, Roles roles, MLTask task, (int Seed, int Threads, double Share) how)
    {
        Target target = Target.From(train[label], task), truth = Target.From(test[label], task, target.Classes);
        Split split = Splits.HoldOut(target, how.Share, how.Seed);
        Table fit = train.TakeRows(split.Train);
        Target fitTarget = target.Take(split.Train);
        FeaturizedTraining featurized = FeaturePlan.For(fit, roles, card.Needs).Fit(fit, new FeaturizerContext { Target = fitTarget, Needs = card.Needs, Seed = how.Seed });
        TrainingSet watched = new(featurized.Features.Transform(train.TakeRows(split.Test)), target.Take(split.Test));
        (long began, TimeSpan used) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
        IModel model = trainer.FitChecked(new TrainingSet(featurized.Matrix, fitTarget), new FitContext { Seed = how.Seed, Threads = how.Threads, Validation = watched });
        (double seconds, double processor) = (Stopwatch.GetElapsedTime(began).TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - used).TotalSeconds);
        float[] predictions = model.PredictAll(featurized.Features.Transform(test));
        string[] metrics = task switch { MLTask.Regression => ["rmse", "r2"], MLTask.Binary => ["logloss", "auc", "accuracy"], _ => ["logloss", "accuracy"] };
        IEnumerable<string> scores = metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m} {Metric.Find(m).Evaluate(truth, predictions):0.0000}"));
        int rounds = trainer is IRoundTrainer staged ? staged.RoundsOf(model) : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join("  ", scores)}  {seconds:0.0} s ({processor:0.0} of processors), best epoch {rounds}");
    }

    // Named options of the trainer's record, in place of its defaults.
    private static ITrainer With(TrainerEntry entry, string assignments)
    {
        ITrainer trainer = entry.Create();
        foreach (string[] pair in assignments.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(a => a.Split('=')))
        {
            if (entry.Type.GetProperty(pair[0]) is not { CanWrite: true } option) continue;
            Type type = Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType;
            option.SetValue(trainer, type.IsEnum ? Enum.Parse(type, pair[1]) : Convert.ChangeType(pair[1], type, CultureInfo.InvariantCulture));
        }
        return trainer;
    }
}
