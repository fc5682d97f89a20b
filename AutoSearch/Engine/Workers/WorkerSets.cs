using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>The training sets that a worker has read; kept, with all that trainers hang on them, until newer ones need the room.</summary>
internal sealed class WorkerSets(string folder)
{
    // Trainers hang bins and layouts of their own on a matrix, up to about its own size.
    private const int BytesPerValue = 8;

    private readonly Dictionary<int, (FeatureMatrix Matrix, long LastUse)> matrices = [];
    private readonly Dictionary<SetReference, TrainingSet> sets = [];
    private long clock;

    /// <summary>What all kept sets together may take.</summary>
    public long MaxBytes { get; set; } = long.MaxValue;

    /// <summary>The set, read once.</summary>
    public TrainingSet Get(SetReference reference)
    {
        FeatureMatrix matrix = matrices.TryGetValue(reference.Matrix, out var known) ? known.Matrix : MatrixFile.Read(SetReference.MatrixPath(folder, reference.Matrix));
        matrices[reference.Matrix] = (matrix, ++clock);
        if (!sets.TryGetValue(reference, out TrainingSet? set))
            sets.Add(reference, set = SharedSets.Read(SetReference.TargetPath(folder, reference.Target), matrix));
        Forget(reference.Matrix);
        return set;
    }

    private void Forget(int keep)
    {
        bool any = false;
        while (matrices.Values.Sum(m => m.Matrix.StoredValues * BytesPerValue) > MaxBytes
            && matrices.Where(m => m.Key != keep).OrderBy(m => m.Value.LastUse).Select(m => (int?)m.Key).FirstOrDefault() is { } oldest)
        {
            matrices.Remove(oldest);
            foreach (SetReference gone in sets.Keys.Where(k => k.Matrix == oldest).ToArray()) sets.Remove(gone);
            any = true;
        }
        // Native memory hangs on what is forgotten; the collector sees only the small handle of it.
        if (any) GC.Collect();
    }
}
