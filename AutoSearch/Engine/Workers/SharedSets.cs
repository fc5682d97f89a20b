using System.Runtime.CompilerServices;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Training sets in files, written once each and deleted when the set is not used any more.</summary>
internal sealed class SharedSets(string folder)
{
    private readonly ConditionalWeakTable<FeatureMatrix, StoredFile> matrices = new();
    private readonly ConditionalWeakTable<TrainingSet, StoredFile> targets = new();
    private int count;

    /// <summary>The files of <paramref name="set"/>; whoever asks second waits for the first.</summary>
    /// <exception cref="IOException">They can't be written.</exception>
    public SetReference Share(TrainingSet set)
    {
        StoredFile matrix = Of(matrices, set.Features, number => SetReference.MatrixPath(folder, number));
        matrix.Ensure(path => MatrixFile.Write(path, set.Features));
        StoredFile target = Of(targets, set, number => SetReference.TargetPath(folder, number));
        target.Ensure(path => WriteTarget(path, set));
        return new SetReference(matrix.Number, target.Number);
    }

    /// <summary>The label and weights at <paramref name="path"/>, over <paramref name="features"/>.</summary>
    public static TrainingSet Read(string path, FeatureMatrix features)
    {
        PlainReader reader = new(File.ReadAllBytes(path), path);
        (string column, MLTask task, string[] classes) = (reader.String(), (MLTask)reader.Int(), reader.Strings());
        float[] labels = reader.Floats();
        return new TrainingSet(features, new Target(column, task, labels, classes), reader.Bool() ? reader.Floats() : null);
    }

    private static void WriteTarget(string path, TrainingSet set)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        PlainWriter writer = new(file);
        writer.String(set.Target.Column);
        writer.Int((int)set.Task);
        writer.Strings(set.Target.Classes);
        writer.Floats(set.Labels);
        writer.Bool(set.IsWeighted);
        if (set.IsWeighted) writer.Floats(set.Weights);
    }

    private StoredFile Of<T>(ConditionalWeakTable<T, StoredFile> table, T key, Func<int, string> path) where T : class => table.GetOrAdd(key, _ =>
    {
        int number = Interlocked.Increment(ref count);
        return new StoredFile(number, path(number));
    });

    /// <summary>A file that goes when the set that it holds goes.</summary>
    private sealed class StoredFile(int number, string path)
    {
        private readonly Lock gate = new();
        private bool isWritten;

        public int Number { get; } = number;

        public void Ensure(Action<string> write)
        {
            lock (gate)
            {
                if (isWritten) return;
                // What an earlier attempt left half written.
                File.Delete(path);
                write(path);
                isWritten = true;
            }
        }

        ~StoredFile()
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The folder has gone already, or goes with the study.
            }
        }
    }
}
