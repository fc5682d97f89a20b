using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Pipelines;

/// <summary>The texts that ML.NET's keys stand for.</summary>
public static class KeyNames
{
    private const ulong MaxUnnamed = 1 << 20;

    /// <summary>The key values of <paramref name="column"/> as text, in key order; empty where it has none.</summary>
    public static ReadOnlyMemory<char>[] Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is not VectorDataViewType { ItemType: var item }) return [];
        if (item is TextDataViewType)
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            column.GetKeyValues(ref texts);
            return [.. texts.DenseValues()];
        }
        return item.RawType == typeof(float) ? Names<float>(column) : item.RawType == typeof(double) ? Names<double>(column)
            : item.RawType == typeof(int) ? Names<int>(column) : item.RawType == typeof(long) ? Names<long>(column)
            : item.RawType == typeof(bool) ? Names<bool>(column) : [];
    }

    /// <summary>A text for every key of the label <paramref name="column"/>, in key order: its key value, or else its number; null where it is no key.</summary>
    /// <exception cref="TableException">There are too many keys without values for a label.</exception>
    public static IReadOnlyList<string>? OfLabel(DataViewSchema.Column? column)
    {
        if (column is not { Type: KeyDataViewType key } label) return null;
        ReadOnlyMemory<char>[] names = Of(label);
        if (names.Length > 0) return [.. names.Select(n => n.ToString())];
        if (key.Count > MaxUnnamed) throw new TableException(label.Name, found: $"keys up to {key.Count} without key values", expected: "a label of few classes");
        return [.. Enumerable.Range(1, (int)key.Count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
    }

    private static ReadOnlyMemory<char>[] Names<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(v => Convert.ToString(v, CultureInfo.InvariantCulture).AsMemory())];
    }
}
