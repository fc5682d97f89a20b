using System.Buffers;

namespace MLPipes.Pipelines;

/// <summary>k nearest neighbours: keeps the training rows and averages the labels of the nearest by Euclidean distance.</summary>
/// <remarks>
/// Scores are predictions: class shares (binary: the share of class 1) or the mean label. Of neighbours equally far, those earlier
/// in training count. A feature that is no finite number is read as 0. Time O(rows · features) a scored row.
/// </remarks>
public sealed class NeighborModel : IModel, IPlainPart<NeighborModel>
{
    private const int StackFeatures = 512, StackOutputs = 64;

    private static readonly IdentityLink identity = new();

    private readonly float[] labels;
    private readonly NeighborSearch search;

    /// <summary>A model of the training rows.</summary>
    /// <param name="rows">[rows × features], row-major, finite.</param>
    /// <param name="features">Features per row, at least 1.</param>
    /// <param name="labels">[rows]: class index from 0, or the number.</param>
    /// <param name="classes">Number of classes, at least 2; 0 for a regression.</param>
    /// <param name="neighbors">How many neighbours count, 1 to 4096; all rows count where there are fewer.</param>
    /// <param name="weights">How much each counts.</param>
    /// <exception cref="ArgumentException">Sizes do not fit, or a value is not finite.</exception>
    public NeighborModel(ReadOnlySpan<float> rows, int features, float[] labels, int classes, int neighbors, NeighborWeights weights = NeighborWeights.Uniform)
    {
        if (FindProblem(rows, features, labels, classes, neighbors) is { } problem) throw new ArgumentException(problem, nameof(rows));
        this.labels = labels;
        Classes = classes;
        Neighbors = neighbors;
        Weights = weights;
        search = new NeighborSearch(rows, labels.Length, features, Math.Min(neighbors, labels.Length));
    }

    /// <summary>The largest number of neighbours.</summary>
    public const int MaxNeighbors = 4096;

    /// <summary>Number of classes; 0 for a regression.</summary>
    public int Classes { get; }

    /// <summary>How many neighbours count.</summary>
    public int Neighbors { get; }

    /// <summary>How much each counts.</summary>
    public NeighborWeights Weights { get; }

    /// <summary>Label of each training row.</summary>
    public ReadOnlySpan<float> Labels => labels;

    /// <summary>The training rows, [rows × features], row-major; a copy.</summary>
    public float[] CopyRows() => search.CopyRows();

    /// <inheritdoc/>
    public static string Kind => "neighbors";

    /// <inheritdoc/>
    public int FeatureCount => search.Features;

    /// <inheritdoc/>
    public int OutputCount => Classes > 2 ? Classes : 1;

    /// <inheritdoc/>
    public ILink? Link => identity;

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores)
    {
        int width = FeatureCount, k = search.Neighbors;
        float[]? rented = width <= StackFeatures ? null : ArrayPool<float>.Shared.Rent(width);
        Span<float> query = rented ?? stackalloc float[StackFeatures];
        float[] distances = ArrayPool<float>.Shared.Rent(k);
        int[] nearest = ArrayPool<int>.Shared.Rent(k);
        FillQuery(row, query[..width]);
        distances.AsSpan(0, k).Fill(float.PositiveInfinity);
        search.Find(query[..width], 1, distances, nearest);
        Vote(distances.AsSpan(0, k), nearest.AsSpan(0, k), scores);
        ArrayPool<float>.Shared.Return(distances);
        ArrayPool<int>.Shared.Return(nearest);
        if (rented is not null) ArrayPool<float>.Shared.Return(rented);
    }

    /// <inheritdoc/>
    public void ScoreBatch(FeatureMatrix rows, int start, int count, Span<float> scores)
    {
        const int tile = 64;
        int width = FeatureCount, k = search.Neighbors;
        float[] queries = ArrayPool<float>.Shared.Rent(checked(tile * width));
        float[] distances = ArrayPool<float>.Shared.Rent(tile * k);
        int[] nearest = ArrayPool<int>.Shared.Rent(tile * k);
        for (int from = 0; from < count; from += tile)
        {
            int size = Math.Min(tile, count - from);
            for (int i = 0; i < size; i++) FillQuery(rows.Row(start + from + i), queries.AsSpan(i * width, width));
            distances.AsSpan(0, size * k).Fill(float.PositiveInfinity);
            search.Find(queries.AsSpan(0, size * width), size, distances, nearest);
            for (int i = 0; i < size; i++)
                Vote(distances.AsSpan(i * k, k), nearest.AsSpan(i * k, k), scores.Slice((from + i) * OutputCount, OutputCount));
        }
        ArrayPool<float>.Shared.Return(queries);
        ArrayPool<float>.Shared.Return(distances);
        ArrayPool<int>.Shared.Return(nearest);
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Int(FeatureCount);
        writer.Floats(search.CopyRows());
        writer.Floats(labels);
        writer.Int(Classes);
        writer.Int(Neighbors);
        writer.Int((int)Weights);
    }

    /// <inheritdoc/>
    public static NeighborModel Read(PlainReader reader)
    {
        int features = reader.Int(1, int.MaxValue);
        float[] rows = reader.Floats(), labels = reader.Floats();
        // Labels are class indices, so a file cannot name more classes than it is worth holding scores for.
        int classes = reader.Int(0, 1 << 20), neighbors = reader.Int(1, MaxNeighbors);
        NeighborWeights weights = (NeighborWeights)reader.Int(0, (int)NeighborWeights.Distance);
        return FindProblem(rows, features, labels, classes, neighbors) is { } problem
            ? throw reader.Damaged(problem)
            : new NeighborModel(rows, features, labels, classes, neighbors, weights);
    }

    private static void FillQuery(FeatureRow row, Span<float> query)
    {
        if (row.IsSparse)
        {
            query.Clear();
            for (int i = 0; i < row.Indices.Length; i++) query[row.Indices[i]] = row.Values[i];
        }
        else row.Values.CopyTo(query);
        for (int i = 0; i < query.Length; i++)
            if (!float.IsFinite(query[i])) query[i] = 0;
    }

    private void Vote(ReadOnlySpan<float> distances, ReadOnlySpan<int> nearest, Span<float> scores)
    {
        double[]? rented = null;
        Span<double> sums = OutputCount <= StackOutputs ? stackalloc double[StackOutputs] : rented = ArrayPool<double>.Shared.Rent(OutputCount);
        sums = sums[..OutputCount];
        sums.Clear();
        bool onTop = Weights == NeighborWeights.Distance && distances[0] == 0; // they are in order of distance
        double total = 0;
        for (int i = 0; i < distances.Length; i++)
        {
            if (onTop && distances[i] > 0) break;
            double weight = Weights == NeighborWeights.Uniform || onTop ? 1 : 1 / Math.Sqrt(distances[i]);
            // So far away that the distance overflows: as good as any other so far.
            if (weight == 0) weight = double.Epsilon;
            float label = labels[nearest[i]];
            total += weight;
            if (Classes > 2) sums[(int)label] += weight;
            else sums[0] += weight * label;
        }
        for (int i = 0; i < scores.Length; i++) scores[i] = (float)(sums[i] / total);
        if (rented is not null) ArrayPool<double>.Shared.Return(rented);
    }

    private static string? FindProblem(ReadOnlySpan<float> rows, int features, float[] labels, int classes, int neighbors)
    {
        if (features < 1 || labels.Length == 0 || rows.Length != (long)labels.Length * features) return $"{rows.Length} values do not fill {labels.Length} rows of {features} features.";
        if (neighbors is < 1 or > MaxNeighbors) return $"{neighbors} neighbours are outside [1, {MaxNeighbors}].";
        if (classes is 1 or < 0) return $"{classes} classes make no classification.";
        foreach (float value in rows)
            if (!float.IsFinite(value)) return $"A feature is {value}, not a finite number.";
        foreach (float label in labels)
            if (!float.IsFinite(label) || (classes > 0 && (label < 0 || label >= classes || label != MathF.Truncate(label)))) return $"The label {label} is not one of {classes} classes.";
        return null;
    }
}
