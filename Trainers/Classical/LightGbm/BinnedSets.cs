using System.Runtime.CompilerServices;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>The native data sets of one feature matrix: binned once, then shared by every fit on it, whatever its label and weights.</summary>
/// <remarks>
/// Binning costs as much as many trees. A data set carries one label and one weight vector, so fits with the same ones read the same data
/// set at once; a fit with others relabels one that nobody reads, or copies the bins, which is a plain memory copy. The cache hangs on the
/// matrix by a weak table: when the matrix goes, the native memory goes.
/// </remarks>
internal sealed class BinnedSets
{
    // Idle copies beyond these are freed at once; two serve one-versus-all learners that alternate.
    private const int IdleKept = 2;

    private static readonly ConditionalWeakTable<FeatureMatrix, BinnedSets> cache = new();

    // Linear leaves need the raw values beside the bins, which other fits should not pay for.
    private readonly Dictionary<(int MaxBin, bool KeepsRaw), Bins> sorts = [];

    /// <summary>Borrows a data set of <paramref name="features"/> under <paramref name="labels"/> and <paramref name="weights"/>; dispose to give it back.</summary>
    /// <param name="features">[rows × features].</param>
    /// <param name="maxBin">Most bins a feature gets.</param>
    /// <param name="keepsRaw">Whether raw values are kept too, for linear leaves.</param>
    /// <param name="labels">[rows].</param>
    /// <param name="weights">[rows]; empty for equal weights.</param>
    /// <param name="threads">Native threads agreed on.</param>
    public static Lease Borrow(FeatureMatrix features, int maxBin, bool keepsRaw, float[] labels, float[] weights, int threads)
    {
        BinnedSets sets = cache.GetOrAdd(features, static _ => new BinnedSets());
        Bins bins;
        lock (sets.sorts)
        {
            if (!sets.sorts.TryGetValue((maxBin, keepsRaw), out bins!)) sets.sorts.Add((maxBin, keepsRaw), bins = new Bins(keepsRaw));
        }
        return bins.Borrow(features, $"max_bin={maxBin} {DatasetParameters(features, keepsRaw)} num_threads={threads}", labels, weights, maxBin > 256 ? 2 : 1);
    }

    private static string DatasetParameters(FeatureMatrix features, bool keepsRaw)
    {
        // The filter would tie the data set to min_data_in_leaf; without it one data set serves every trial.
        string shared = $"feature_pre_filter=false data_random_seed=1 verbosity=-1{(keepsRaw ? " linear_tree=true" : "")}";
        string categories = string.Join(',', Enumerable.Range(0, features.Width).Where(f => features.Features[f].Categories > 0));
        return categories.Length == 0 ? shared : $"{shared} categorical_feature={categories}";
    }

    /// <summary>A borrowed data set.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly Bins bins;
        private readonly Copy copy;
        private int returned;

        internal Lease(Bins bins, Copy copy)
        {
            this.bins = bins;
            this.copy = copy;
        }

        /// <summary>The data set; not to be changed.</summary>
        public DatasetHandle Handle => copy.Handle;

        /// <summary>The rows of <paramref name="validation"/> in the same bins, without labels; shared as well.</summary>
        public DatasetHandle Align(FeatureMatrix validation, int threads) => bins.Align(validation, copy, threads);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref returned, 1) == 0) bins.Return(copy);
        }
    }

    internal sealed class Copy(DatasetHandle handle)
    {
        public DatasetHandle Handle { get; } = handle;
        public float[] Labels { get; set; } = [];
        public float[] Weights { get; set; } = [];
        public int Readers { get; set; }
    }

    internal sealed class Bins(bool keepsRaw)
    {
        private readonly List<Copy> copies = [];
        private readonly ConditionalWeakTable<FeatureMatrix, DatasetHandle> aligned = new();

        public Lease Borrow(FeatureMatrix features, string parameters, float[] labels, float[] weights, int bytesPerBin)
        {
            lock (copies)
            {
                Copy? copy = copies.Find(c => c.Labels.AsSpan().SequenceEqual(labels) && c.Weights.AsSpan().SequenceEqual(weights));
                if (copy is null)
                {
                    copy = copies.Find(c => c.Readers == 0);
                    if (copy is null)
                    {
                        DatasetHandle handle = copies.Count == 0 ? Create(features, parameters, reference: null) : CopyOf(copies[0].Handle, features.Rows, parameters);
                        handle.Weigh((features.StoredValues * bytesPerBin) + (keepsRaw ? 4L * features.Rows * features.Width : 0) + (8L * features.Rows));
                        copies.Add(copy = new Copy(handle));
                    }
                    Label(copy, labels, weights);
                }
                copy.Readers++;
                return new Lease(this, copy);
            }
        }

        public void Return(Copy copy)
        {
            lock (copies)
            {
                copy.Readers--;
                while (copies.FindAll(c => c.Readers == 0) is { Count: > IdleKept } idle)
                {
                    copies.Remove(idle[0]);
                    idle[0].Handle.Dispose();
                }
            }
        }

        public DatasetHandle Align(FeatureMatrix validation, Copy copy, int threads)
        {
            lock (aligned)
            {
                if (aligned.TryGetValue(validation, out DatasetHandle? known)) return known;
                DatasetHandle handle = Create(validation, $"{DatasetParameters(validation, keepsRaw)} num_threads={threads}", copy.Handle);
                handle.Weigh(validation.StoredValues);
                aligned.Add(validation, handle);
                return handle;
            }
        }

        private static unsafe void Label(Copy copy, float[] labels, float[] weights)
        {
            fixed (float* label = labels) LightGbmNative.Check(LightGbmNative.DatasetSetField(copy.Handle, "label", label, labels.Length, LightGbmNative.Float32));
            fixed (float* weight = weights) LightGbmNative.Check(LightGbmNative.DatasetSetField(copy.Handle, "weight", weight, weights.Length, LightGbmNative.Float32));
            copy.Labels = labels;
            copy.Weights = weights;
        }

        private static unsafe DatasetHandle CopyOf(DatasetHandle handle, int rows, string parameters)
        {
            int[] all = new int[rows];
            for (int i = 0; i < rows; i++) all[i] = i;
            fixed (int* at = all)
            {
                LightGbmNative.Check(LightGbmNative.DatasetSubset(handle, at, rows, parameters, out DatasetHandle copy));
                return copy;
            }
        }

        private static unsafe DatasetHandle Create(FeatureMatrix features, string parameters, DatasetHandle? reference)
        {
            bool held = false;
            try
            {
                reference?.DangerousAddRef(ref held);
                nint bins = reference?.DangerousGetHandle() ?? 0;
                DatasetHandle handle;
                fixed (float* values = features.Values)
                fixed (int* indices = features.Indices, starts = features.RowStarts)
                {
                    LightGbmNative.Check(features.IsSparse
                        ? LightGbmNative.DatasetFromSparse(starts, LightGbmNative.Int32, indices, values, LightGbmNative.Float32, features.Rows + 1L, features.StoredValues,
                            features.Width, parameters, bins, out handle)
                        : LightGbmNative.DatasetFromDense(values, LightGbmNative.Float32, features.Rows, features.Width, 1, parameters, bins, out handle));
                }
                return handle;
            }
            finally
            {
                if (held) reference!.DangerousRelease();
            }
        }
    }
}
