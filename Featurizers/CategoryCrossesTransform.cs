using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>What is known of the pairs of two columns.</summary>
/// <param name="First">Index of the first column.</param>
/// <param name="Second">Index of the second.</param>
/// <param name="Keys">Keys of the pairs seen, ascending.</param>
/// <param name="Values">[pairs × outputs].</param>
/// <param name="FirstValues">[levels + 2 × outputs]: the first column by itself, then missing, then unseen.</param>
/// <param name="SecondValues">The same of the second.</param>
internal sealed record CategoryCross(int First, int Second, int[] Keys, float[] Values, float[] FirstValues, float[] SecondValues);

/// <summary>Pairs of categories as values learned for them; a pair not seen has what its two categories say one by one.</summary>
public sealed class CategoryCrossesTransform : ITransform, IPlainPart<CategoryCrossesTransform>
{
    private readonly string[] columns;
    private readonly string[] outputs;
    private readonly LevelMap[] maps;
    private readonly CategoryCross[] crosses;
    private readonly double[] means;
    private readonly double[] centers;
    private readonly double[] scales;

    internal CategoryCrossesTransform(string[] columns, string[] outputs, string[][] levels, CategoryCross[] crosses, double[] means, double[] centers, double[] scales)
        : this(columns, outputs, [.. levels.Select(l => new LevelMap(l))], crosses, means, centers, scales) { }

    private CategoryCrossesTransform(string[] columns, string[] outputs, LevelMap[] maps, CategoryCross[] crosses, double[] means, double[] centers, double[] scales)
    {
        (this.columns, this.outputs, this.maps, this.crosses, this.means, this.centers, this.scales) = (columns, outputs, maps, crosses, means, centers, scales);
        Features = [.. crosses.SelectMany(c => outputs.Select(o => new FeatureInfo($"{columns[c.First]} × {columns[c.Second]}{(o.Length == 0 ? "" : "=" + o)}", columns[c.First])))];
    }

    /// <inheritdoc/>
    public static string Kind => "category-crosses";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public int InputCount => columns.Length;

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        for (int p = 0; p < crosses.Length; p++)
        {
            CategoryCross cross = crosses[p];
            LevelMap firsts = maps[cross.First], seconds = maps[cross.Second];
            for (int i = 0; i < count; i++)
            {
                int first = firsts.At(inputs[cross.First], start + i), second = seconds.At(inputs[cross.Second], start + i);
                int pair = first == LevelMap.Unseen || second == LevelMap.Unseen ? -1 : Array.BinarySearch(cross.Keys, CrossCodes.KeyOf(first, second, seconds.Count));
                for (int k = 0; k < outputs.Length; k++)
                {
                    double value = pair >= 0 ? cross.Values[(pair * outputs.Length) + k]
                        : cross.FirstValues[(Place(first, firsts) * outputs.Length) + k] + cross.SecondValues[(Place(second, seconds) * outputs.Length) + k] - means[k];
                    int at = (p * outputs.Length) + k;
                    block.Set(i, at, (float)((value - centers[at]) * scales[at]));
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Strings(columns);
        writer.Strings(outputs);
        foreach (LevelMap map in maps) map.Write(writer);
        writer.Int(crosses.Length);
        foreach (CategoryCross cross in crosses)
        {
            writer.Int(cross.First);
            writer.Int(cross.Second);
            writer.Ints(cross.Keys);
            writer.Floats(cross.Values);
            writer.Floats(cross.FirstValues);
            writer.Floats(cross.SecondValues);
        }
        writer.Doubles(means);
        writer.Doubles(centers);
        writer.Doubles(scales);
    }

    /// <inheritdoc/>
    public static CategoryCrossesTransform Read(PlainReader reader)
    {
        string[] columns = reader.Strings(), outputs = reader.Strings();
        if (columns.Length == 0 || outputs.Length == 0) throw reader.Damaged("no columns or no outputs");
        LevelMap[] maps = new LevelMap[columns.Length];
        for (int i = 0; i < maps.Length; i++) maps[i] = LevelMap.Read(reader);
        CategoryCross[] crosses = new CategoryCross[reader.Int(1, 10_000, "pairs")];
        for (int p = 0; p < crosses.Length; p++)
        {
            int first = reader.Int(0, columns.Length - 1, "column"), second = reader.Int(0, columns.Length - 1, "column");
            if ((maps[first].Count + 1L) * (maps[second].Count + 1L) > int.MaxValue) throw reader.Damaged("more pairs than fit a number");
            int[] keys = reader.Ints();
            for (int i = 1; i < keys.Length; i++) if (keys[i] <= keys[i - 1]) throw reader.Damaged("pairs are out of order");
            crosses[p] = new CategoryCross(first, second, keys, Finite(reader, (long)keys.Length * outputs.Length), Finite(reader, (maps[first].Count + 2L) * outputs.Length),
                Finite(reader, (maps[second].Count + 2L) * outputs.Length));
        }
        double[] Numbers(int count)
        {
            double[] values = reader.Doubles();
            if (values.Length != count || !values.All(double.IsFinite)) throw reader.Damaged($"{values.Length} numbers where {count} finite ones are expected");
            return values;
        }
        return new CategoryCrossesTransform(columns, outputs, maps, crosses, Numbers(outputs.Length), Numbers(crosses.Length * outputs.Length), Numbers(crosses.Length * outputs.Length));
    }

    private static int Place(int level, LevelMap map) => level switch { LevelMap.Missing => map.Count, LevelMap.Unseen => map.Count + 1, _ => level };

    private static float[] Finite(PlainReader reader, long count)
    {
        float[] values = reader.Floats();
        if (values.LongLength != count) throw reader.Damaged($"{values.Length} values where {count} are expected");
        foreach (float value in values) if (!float.IsFinite(value)) throw reader.Damaged($"{value} where a finite number is expected");
        return values;
    }
}
