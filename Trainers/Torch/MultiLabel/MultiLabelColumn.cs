using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Reads the labels of rows, several each: a vector of keys, or a vector with one number or truth value for each label.</summary>
internal static class MultiLabelColumn
{
    private const string SlotNames = "SlotNames";
    private const int MostLabels = 1 << 16;

    /// <summary>The labels' names, in order.</summary>
    /// <exception cref="TableException">The column is missing or of another type.</exception>
    public static string[] Names(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Needed(name);
        if (column.Type is VectorDataViewType { ItemType: KeyDataViewType { RawType: var raw } key } && raw == typeof(uint))
        {
            string[] names = [.. KeyNames.Of(column).Select(n => n.ToString())];
            if (names.Length > 0) return names;
            if (key.Count is > 0 and <= MostLabels) return Numbers((int)key.Count);
        }
        if (column.Type is VectorDataViewType { IsKnownSize: true, Size: > 0 } vector && IsFlag(vector.ItemType))
        {
            if (column.Annotations.Schema.GetColumnOrNull(SlotNames) is null) return Numbers(vector.Size);
            VBuffer<ReadOnlyMemory<char>> slots = default;
            column.GetSlotNames(ref slots);
            return [.. slots.DenseValues().Select((s, i) => s.Length > 0 ? s.ToString() : (i + 1).ToString(CultureInfo.InvariantCulture))];
        }
        throw new TableException(name, found: column.Type.ToString(), expected: "a vector of keys, or a vector of one number or truth value for each label",
            hint: "Put Transforms.Conversion.MapValueToKey before it where it holds the labels' names.");
    }

    /// <summary>[rows × labels]: 1 for a label that applies, else 0.</summary>
    public static float[] Targets(IDataView view, string name, int labels)
    {
        DataViewType item = ((VectorDataViewType)view.Schema[name].Type).ItemType;
        IEnumerable<float[]> rows = item is KeyDataViewType ? view.GetColumn<uint[]>(name).Select(keys => OfKeys(keys, labels))
            : item is BooleanDataViewType ? view.GetColumn<bool[]>(name).Select(flags => Array.ConvertAll(flags, f => f ? 1f : 0f))
            : item.RawType == typeof(double) ? view.GetColumn<double[]>(name).Select(flags => Array.ConvertAll(flags, f => f > 0.5 ? 1f : 0f))
            : view.GetColumn<float[]>(name).Select(flags => Array.ConvertAll(flags, f => f > 0.5f ? 1f : 0f));
        List<float> targets = [];
        int row = 0;
        foreach (float[] mine in rows)
        {
            row++;
            if (mine.Length != labels) throw new TableException(name, row, $"{mine.Length} labels", $"{labels}, as in the training rows");
            targets.AddRange(mine);
        }
        return [.. targets];
    }

    private static bool IsFlag(DataViewType type) => type is BooleanDataViewType || type == NumberDataViewType.Single || type == NumberDataViewType.Double;

    private static string[] Numbers(int count) => [.. Enumerable.Range(1, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    // Keys count from 1; 0 is a missing one, such as a label that the training rows lack.
    private static float[] OfKeys(uint[] keys, int labels)
    {
        float[] row = new float[labels];
        foreach (uint key in keys) if (key > 0 && key <= labels) row[key - 1] = 1;
        return row;
    }
}
