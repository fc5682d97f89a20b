using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

/// <summary>Single rows of a table.</summary>
internal static class Rows
{
    public static RowBuffer BufferFor(Table table) =>
        new([.. table.Columns.Select(c => (c.Name, c.Kind, c is VectorColumn v ? v.Width : 1))]);

    public static void Load(RowBuffer buffer, Table table, int row)
    {
        for (int i = 0; i < table.Columns.Count; i++)
        {
            switch (table.Columns[i])
            {
                case NumberColumn number: buffer.SetNumber(i, number.Values[row]); break;
                case IntegerColumn integer: buffer.SetNumber(i, integer.IsMissing(row) ? double.NaN : integer.Values[row]); break;
                case BooleanColumn truth: buffer.SetNumber(i, truth.IsMissing(row) ? double.NaN : truth.Values[row]); break;
                case DateColumn date: buffer.SetDate(i, date.IsMissing(row) ? null : new DateTime(date.Ticks[row])); break;
                case VectorColumn vector: buffer.SetVector(i, vector.Values.Slice(row * vector.Width, vector.Width)); break;
                case Column text: buffer.SetText(i, text.TextAt(row).AsMemory()); break;
            }
        }
    }

    public static float[] Dense(FeatureRow row)
    {
        if (!row.IsSparse) return row.Values.ToArray();
        float[] dense = new float[row.Width];
        for (int i = 0; i < row.Indices.Length; i++) dense[row.Indices[i]] = row.Values[i];
        return dense;
    }
}
