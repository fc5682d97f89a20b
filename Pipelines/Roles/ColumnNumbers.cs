namespace MLPipes.Pipelines;

/// <summary>A column's cells as numbers, for profiles; NaN where missing.</summary>
internal static class ColumnNumbers
{
    /// <summary>Whether the cells are quantities that can be compared and added.</summary>
    public static bool IsNumeric(this Column column) => column.Kind is ColumnKind.Number or ColumnKind.Integer or ColumnKind.Boolean;

    /// <summary>The cells at every <paramref name="stride"/>-th row.</summary>
    public static double[] Sampled(this Column column, int stride)
    {
        double[] values = new double[(column.Count + stride - 1) / stride];
        switch (column)
        {
            case NumberColumn number:
                for (int i = 0; i < values.Length; i++) values[i] = number.Values[i * stride];
                break;
            case IntegerColumn integer:
                for (int i = 0; i < values.Length; i++) values[i] = integer.Values[i * stride] is var v && v == IntegerColumn.Missing ? double.NaN : v;
                break;
            case BooleanColumn boolean:
                for (int i = 0; i < values.Length; i++) values[i] = boolean.Values[i * stride] is var v && v == BooleanColumn.Missing ? double.NaN : v;
                break;
            case DateColumn date:
                for (int i = 0; i < values.Length; i++) values[i] = date.Ticks[i * stride] is var v && v == DateColumn.Missing ? double.NaN : v;
                break;
            default:
                throw new ArgumentException($"A {column.Kind} column holds no numbers.", nameof(column));
        }
        return values;
    }
}
